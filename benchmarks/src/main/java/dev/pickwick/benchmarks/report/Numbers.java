package dev.pickwick.benchmarks.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {

  private static final int PLENTY = 100;

  private Numbers() {}

  /** Three significant digits; whole above a hundred, with commas between thousands. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (value == Math.rint(value) || Math.abs(value) >= PLENTY) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    int integral = (int) Math.max(0, Math.floor(Math.log10(Math.abs(value))));
    int decimals = Math.abs(value) < 0.1 ? 3 : 2 - integral;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** With its unit, when there is one. */
  static String text(double value, String unit) {
    return unit.isEmpty() ? text(value) : text(value) + " " + unit;
  }
}
