package dev.pickwick.epp.body;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What single bytes mean in JSON, and how to pass many of them at once. */
final class JsonBytes {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private JsonBytes() {}

  static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hexValue(byte c) {
    if (isDigit(c)) {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** Index of the first line feed or carriage return from {@code from}; {@code end} without one. */
  static int endOfLine(byte[] b, int from, int end) {
    int i = from;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      long word = (long) LONG.get(b, i);
      long feed = word ^ ('\n' * ONES);
      long carriage = word ^ ('\r' * ONES);
      long hits = (((feed - ONES) & ~feed) | ((carriage - ONES) & ~carriage)) & HIGH_BITS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (i < end && b[i] != '\n' && b[i] != '\r') {
      i++;
    }
    return i;
  }

  /**
   * Index of the first quote, backslash or control character from {@code from}; {@code end} when
   * there is none. Eight bytes at a time: subtracting borrows into a byte's high bit exactly when
   * the byte is too small, and a borrow can only spoil bytes above the first hit.
   */
  static int endOfPlainText(byte[] b, int from, int end) {
    int i = from;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      long word = (long) LONG.get(b, i);
      long quote = word ^ '"' * ONES;
      long backslash = word ^ '\\' * ONES;
      long hits =
          (((quote - ONES) & ~quote)
                  | ((backslash - ONES) & ~backslash)
                  | ((word - ' ' * ONES) & ~word))
              & HIGH_BITS;
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
    }
    while (i < end && b[i] != '"' && b[i] != '\\' && (b[i] & 0xFF) >= ' ') {
      i++;
    }
    return i;
  }
}
