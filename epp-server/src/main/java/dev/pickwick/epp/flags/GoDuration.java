package dev.pickwick.epp.flags;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 50ms}, {@code 1m30s}, {@code -1.5h}, {@code 0}. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
  private static final double MAX_NANOS = 9.2e18;

  private GoDuration() {}

  /**
   * Reads one duration, with nanosecond resolution and of either sign.
   *
   * @throws IllegalArgumentException naming the text and the expected form, also beyond 292 years
   */
  public static Duration parse(String text) {
    String rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    double nanos = 0;
    Matcher part = PART.matcher(rest);
    int end = 0;
    while (part.find() && part.start() == end) {
      nanos += Double.parseDouble(part.group(1)) * unitNanos(part.group(2));
      end = part.end();
    }
    if (end == 0 || end != rest.length() || nanos > MAX_NANOS) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is not a duration (expected: a number with a unit, as in 50ms, 5s, 1m30s)");
    }
    long magnitude = Math.round(nanos);
    return Duration.ofNanos(text.startsWith("-") ? -magnitude : magnitude);
  }

  private static double unitNanos(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> 1e3;
    };
  }
}
