package dev.pickwick.epp.flags;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The text given for each flag, or its default; every text has been checked against its kind. */
final class FlagValues {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");
  private static final Set<String> LEVELS = Set.of("debug", "info", "error", "panic");

  private static final Set<String> ENCODERS = Set.of("json", "console");

  private final Map<String, String> given = new LinkedHashMap<>();

  /**
   * Takes one value.
   *
   * @throws IllegalArgumentException with the reason, when the text does not fit the flag's kind
   */
  void put(Flag flag, String text) {
    switch (flag.kind()) {
      case BOOL -> parseBool(text);
      case INT -> parseInt(text);
      case BYTES -> parseBytes(text);
      case DURATION -> GoDuration.parse(text);
      case PORTS -> {
        for (String item : text.split(",", -1)) {
          parseInt(item);
        }
      }
      case LOG_LEVEL -> {
        if (!LEVELS.contains(text) && parseInt(text) <= 0) {
          throw new IllegalArgumentException("\"" + text + "\" is not a log level");
        }
      }
      case LOG_ENCODER -> {
        if (!ENCODERS.contains(text)) {
          throw new IllegalArgumentException(
              "\"" + text + "\" is not an encoder (expected: json or console)");
        }
      }
      case TEXT -> {}
    }
    given.put(flag.name(), text);
  }

  boolean isGiven(String name) {
    return given.containsKey(name);
  }

  Set<String> names() {
    return given.keySet();
  }

  String text(String name) {
    Flag flag = FlagTable.FLAGS.get(name);
    if (flag == null) {
      throw new IllegalArgumentException("no flag \"" + name + "\"");
    }
    return given.getOrDefault(name, flag.defaultText());
  }

  <T> Optional<T> given(String name, T value) {
    return isGiven(name) ? Optional.of(value) : Optional.empty();
  }

  boolean bool(String name) {
    return parseBool(text(name));
  }

  int integer(String name) {
    return parseInt(text(name));
  }

  long bytes(String name) {
    return parseBytes(text(name));
  }

  Duration duration(String name) {
    return GoDuration.parse(text(name));
  }

  Optional<Path> path(String name) {
    return text(name).isEmpty() ? Optional.empty() : Optional.of(Path.of(text(name)));
  }

  private static boolean parseBool(String text) {
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a boolean (expected: true or false)");
  }

  private static int parseInt(String text) {
    long value = parseLong(text);
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("\"" + text + "\" is out of range");
    }
    return (int) value;
  }

  private static long parseBytes(String text) {
    long value = parseLong(text);
    if (value < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is negative (expected: a number of bytes)");
    }
    return value;
  }

  /** Go's base prefixes: {@code 0x}, {@code 0b}, {@code 0o}; a leading zero means octal. */
  private static long parseLong(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    String lower = digits.toLowerCase(java.util.Locale.ROOT);
    try {
      if (digits.isEmpty() || digits.startsWith("-") || digits.startsWith("+")) {
        throw new NumberFormatException(digits);
      }
      long magnitude;
      if (lower.startsWith("0x")) {
        magnitude = Long.parseLong(digits.substring(2), 16);
      } else if (lower.startsWith("0b")) {
        magnitude = Long.parseLong(digits.substring(2), 2);
      } else if (lower.startsWith("0o")) {
        magnitude = Long.parseLong(digits.substring(2), 8);
      } else if (digits.length() > 1 && digits.startsWith("0")) {
        magnitude = Long.parseLong(digits.substring(1), 8);
      } else {
        magnitude = Long.parseLong(digits);
      }
      return negative ? -magnitude : magnitude;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a whole number", e);
    }
  }
}
