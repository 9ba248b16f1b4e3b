package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Reads numbers of the text format without garbage: decimal with exponent, infinities and
 * not-a-number in any case; no hexadecimal, no underscores, no type letters. Belongs to one thread.
 */
final class DecimalReader {
  private static final int MAX_CHARACTERS = 400;
  private static final int MAX_DIGITS = 18;
  private static final long EXACT = 1L << 53;
  private static final double[] POWERS = new double[23];

  static {
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = Double.parseDouble("1e" + i);
    }
  }

  private boolean valid;

  /** Whether the last {@link #parse} saw a number. */
  boolean valid() {
    return valid;
  }

  /**
   * The number in {@code [from, to)}, at most two units in the last place off; meaningless unless
   * {@link #valid()} afterwards.
   */
  double parse(byte[] b, int from, int to) {
    valid = false;
    int i = from;
    if (to - from > MAX_CHARACTERS || i >= to) {
      return 0;
    }
    boolean negative = b[i] == '-';
    if (negative || b[i] == '+') {
      i++;
    }
    long mantissa = 0;
    int digits = 0;
    int exponent = 0;
    boolean any = false;
    boolean fraction = false;
    for (; i < to; i++) {
      byte c = b[i];
      if (c >= '0' && c <= '9') {
        any = true;
        if (digits < MAX_DIGITS) {
          mantissa = mantissa * 10 + (c - '0');
          digits += mantissa == 0 ? 0 : 1;
          exponent -= fraction ? 1 : 0;
        } else {
          exponent += fraction ? 0 : 1;
        }
      } else if (c == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (!any) {
      return fraction ? 0 : word(b, i, to, negative);
    }
    if (i < to) {
      int written = exponent(b, i, to);
      if (!valid) {
        return 0;
      }
      exponent += written;
    }
    valid = true;
    double value = scaled(mantissa, exponent, b, from, to);
    return negative ? -Math.abs(value) : value;
  }

  private static double scaled(long mantissa, int exponent, byte[] b, int from, int to) {
    if (mantissa == 0) {
      return 0;
    }
    if (exponent == 0) {
      return mantissa;
    }
    if (mantissa < EXACT || exponent < 0) {
      if (exponent > 0 && exponent < POWERS.length) {
        return mantissa * POWERS[exponent];
      }
      if (exponent < 0 && -exponent < POWERS.length) {
        return mantissa / POWERS[-exponent];
      }
    }
    return Double.parseDouble(new String(b, from, to - from, ISO_8859_1));
  }

  /** The exponent from its letter on; {@link #valid} says whether there was one. */
  private int exponent(byte[] b, int from, int to) {
    int i = from;
    if ((b[i] != 'e' && b[i] != 'E') || ++i >= to) {
      return 0;
    }
    boolean negative = b[i] == '-';
    if (negative || b[i] == '+') {
      i++;
    }
    if (i >= to) {
      return 0;
    }
    int exponent = 0;
    for (; i < to; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return 0;
      }
      exponent = Math.min(exponent * 10 + (b[i] - '0'), 100_000);
    }
    valid = true;
    return negative ? -exponent : exponent;
  }

  private double word(byte[] b, int from, int to, boolean negative) {
    if (is("nan", b, from, to)) {
      valid = true;
      return Double.NaN;
    }
    if (is("inf", b, from, to) || is("infinity", b, from, to)) {
      valid = true;
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return 0;
  }

  private static boolean is(String word, byte[] b, int from, int to) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((b[from + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
