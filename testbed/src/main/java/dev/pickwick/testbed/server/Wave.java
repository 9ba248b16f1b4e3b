package dev.pickwick.testbed.server;

import java.time.Duration;
import java.util.Locale;

/**
 * A forced number: fixed, or moving from {@code start} to {@code end} as time goes by.
 *
 * @param shape how it moves
 * @param period time from start to end, for {@code OSCILLATE} there and back
 */
public record Wave(Shape shape, double start, double end, Duration period) {

  /** How a forced number moves. */
  public enum Shape {
    FIXED,
    /** Along a sine from start to end and back, for ever. */
    OSCILLATE,
    /** In a straight line to the end, then stays. */
    RAMP,
    /** In a straight line to the end, then from the start again. */
    RAMPRESET,
    /** Half a period at the start, half at the end. */
    SQUAREWAVE
  }

  /** A number that stays. */
  public static Wave fixed(double value) {
    return new Wave(Shape.FIXED, value, value, Duration.ofSeconds(1));
  }

  /**
   * Reads a number or {@code shape:start:end:period}, for example {@code ramp:10:0:5s}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Wave parse(String text) {
    String[] parts = text.split(":", -1);
    try {
      if (parts.length == 1) {
        return fixed(Double.parseDouble(text));
      }
      if (parts.length == 4) {
        return new Wave(
            Shape.valueOf(parts[0].toUpperCase(Locale.ROOT)),
            Double.parseDouble(parts[1]),
            Double.parseDouble(parts[2]),
            Durations.parse(parts[3]));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "forced value: \"" + text + "\" (expected: number or shape:start:end:period)", e);
    }
    throw new IllegalArgumentException(
        "forced value: \"" + text + "\" (expected: number or shape:start:end:period)");
  }

  /** The value that many nanoseconds after it was set. */
  public double at(long nanos) {
    double phase = (double) nanos / period.toNanos();
    double whole = phase - Math.floor(phase);
    return switch (shape) {
      case FIXED -> start;
      case OSCILLATE -> start + (end - start) * (1 - Math.cos(2 * Math.PI * whole)) / 2;
      case RAMP -> start + (end - start) * Math.min(1, phase);
      case RAMPRESET -> start + (end - start) * whole;
      case SQUAREWAVE -> whole < 0.5 ? start : end;
    };
  }
}
