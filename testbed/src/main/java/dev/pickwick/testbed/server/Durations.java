package dev.pickwick.testbed.server;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as one writes them on a command line: {@code 250us}, {@code 50ms}, {@code 1.5s}. */
public final class Durations {

  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)?");

  private Durations() {}

  /**
   * Reads a number and a unit.
   *
   * @throws IllegalArgumentException when the text is something else
   */
  public static Duration parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches() || (match.group(2) == null && !text.equals("0"))) {
      throw new IllegalArgumentException(
          "duration: \"" + text + "\" (expected: a number and ns, us, ms, s, m or h)");
    }
    double nanos =
        Double.parseDouble(match.group(1))
            * switch (match.group(2) == null ? "ns" : match.group(2)) {
              case "us" -> 1e3;
              case "ms" -> 1e6;
              case "s" -> 1e9;
              case "m" -> 60e9;
              case "h" -> 3600e9;
              default -> 1;
            };
    return Duration.ofNanos((long) nanos);
  }
}
