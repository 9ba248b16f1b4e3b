package dev.pickwick.epp.flags;

/**
 * One flag of the command line.
 *
 * @param name without dashes
 * @param kind what its value looks like
 * @param defaultText the default as it would be written; shown in the help
 * @param effect whether the value does anything
 * @param help one line for {@code --help}
 */
record Flag(String name, Kind kind, String defaultText, Effect effect, String help) {

  /** The form of a flag's value. */
  enum Kind {
    BOOL("bool"),
    INT("int"),
    BYTES("bytes"),
    TEXT("string"),
    DURATION("duration"),
    PORTS("ints"),
    LOG_LEVEL("level"),
    LOG_ENCODER("encoder");

    final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** Whether a flag does something, or is only taken so that the reference's arguments start. */
  enum Effect {
    WORKS,
    /** Meant to work one day; setting it is answered by a warning. */
    NOT_YET,
    /** Without effect in the reference too; taken silently. */
    NONE
  }
}
