package dev.pickwick.epp.body;

import org.jspecify.annotations.Nullable;

/** What a body turned out to be. */
public sealed interface ScanResult {

  /**
   * Not a JSON object.
   *
   * @param message what Go's {@code encoding/json} says about it
   */
  record Malformed(String message) implements ScanResult {}

  /**
   * A JSON object, or {@code null}, which counts as an empty one.
   *
   * @param wellTyped false when a typed field, at any depth, has a value of another type
   * @param required whether the field the API cannot do without is there
   * @param model the model's name, null when absent or not a string; of one longer than 4,096 bytes
   *     those and a hash of the others
   * @param modelStart where the name's JSON string begins, in bytes from the body's start, quote
   *     included; -1 without a name
   * @param modelEnd where it ends, exclusive; -1 without a name
   * @param streaming true when {@code stream} is {@code true}
   * @param cacheSalt null when absent; a long one is cut as the model's name is
   * @param toolsHash 0 when there are no tools
   */
  record Scanned(
      boolean wellTyped,
      Required required,
      @Nullable String model,
      int modelStart,
      int modelEnd,
      boolean streaming,
      @Nullable String cacheSalt,
      long toolsHash)
      implements ScanResult {}

  /** What is there of the one field that an API cannot do without. */
  enum Required {
    /** Absent, or null. */
    MISSING,
    /** An empty string or an empty array. */
    EMPTY,
    /** Anything else. */
    PRESENT;

    /** What a value of this type is until something is found in it. */
    static Required of(JsonType type) {
      return switch (type) {
        case NULL -> MISSING;
        case STRING, ARRAY -> EMPTY;
        default -> PRESENT;
      };
    }
  }
}
