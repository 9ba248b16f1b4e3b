package dev.pickwick.epp.flags;

import java.util.List;

/** What became of a command line. */
public sealed interface FlagsResult {

  /** The program may start; each warning is a line for the person who started it. */
  record Parsed(Flags flags, List<String> warnings) implements FlagsResult {
    public Parsed {
      warnings = List.copyOf(warnings);
    }
  }

  /** Help was asked for: print it and exit with status 0. */
  record Help(String usage) implements FlagsResult {}

  /** A flag is unknown or its value unusable: print both and exit with status 2. */
  record Unusable(String message, String usage) implements FlagsResult {}

  /** Every flag is well formed, but together they make no sense: print and exit with status 1. */
  record Contradiction(String message) implements FlagsResult {}
}
