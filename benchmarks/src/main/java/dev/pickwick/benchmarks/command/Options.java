package dev.pickwick.benchmarks.command;

import dev.pickwick.testbed.Arguments;
import java.time.Duration;

/** Options that must make sense; those that do not are told by name, value and expectation. */
public final class Options {

  private static final double NANOS = 1e9;

  private Options() {}

  /** A whole number above zero. */
  public static int positive(Arguments arguments, String name, int otherwise) {
    return atLeast(arguments, name, 1, otherwise);
  }

  /** A whole number that is not smaller than another. */
  public static int atLeast(Arguments arguments, String name, int least, int otherwise) {
    int value = arguments.number(name, otherwise);
    if (value < least) {
      throw new IllegalArgumentException(
          "--" + name + ": " + value + " (expected: >= " + least + ")");
    }
    return value;
  }

  /** A number above zero. */
  public static double positive(Arguments arguments, String name, double otherwise) {
    double value = arguments.fraction(name, otherwise);
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException("--" + name + ": " + value + " (expected: > 0)");
    }
    return value;
  }

  /** A time above zero, given in seconds. */
  public static Duration seconds(Arguments arguments, String name, double otherwise) {
    return Duration.ofNanos(Math.round(positive(arguments, name, otherwise) * NANOS));
  }
}
