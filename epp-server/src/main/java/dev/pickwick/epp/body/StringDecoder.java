package dev.pickwick.epp.body;

/**
 * Turns the inside of a valid JSON string, given in pieces, into its UTF-8 bytes: escapes are
 * decoded, lone surrogates become U+FFFD, everything else stays.
 */
final class StringDecoder {

  private static final int REPLACEMENT = 0xFFFD;

  private final ByteFeed out;
  private final byte[] encoded = new byte[4];
  private boolean escaped;
  private int hexLeft;
  private int unit;
  private int high;

  StringDecoder(ByteFeed out) {
    this.out = out;
  }

  /** Takes the next piece. */
  void feed(byte[] b, int off, int len) {
    int i = off;
    int end = off + len;
    while (i < end) {
      if (hexLeft > 0) {
        hex(b[i++]);
      } else if (escaped) {
        escape(b[i++]);
      } else {
        int run = JsonBytes.endOfPlainText(b, i, end);
        if (run > i) {
          endPair();
          out.feed(b, i, run - i);
        }
        i = run;
        if (i < end) {
          escaped = true;
          i++;
        }
      }
    }
  }

  /** Ends the string; the next one may follow. */
  void end() {
    endPair();
  }

  private void escape(byte c) {
    escaped = false;
    if (c == 'u') {
      hexLeft = 4;
      unit = 0;
      return;
    }
    endPair();
    emit(
        switch (c) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> c;
        });
  }

  private void hex(byte c) {
    unit = unit << 4 | JsonBytes.hexValue(c);
    if (--hexLeft > 0) {
      return;
    }
    if (high != 0 && Character.isLowSurrogate((char) unit)) {
      int point = Character.toCodePoint((char) high, (char) unit);
      high = 0;
      emit(point);
      return;
    }
    endPair();
    if (Character.isHighSurrogate((char) unit)) {
      high = unit;
    } else {
      emit(Character.isLowSurrogate((char) unit) ? REPLACEMENT : unit);
    }
  }

  private void endPair() {
    if (high != 0) {
      high = 0;
      emit(REPLACEMENT);
    }
  }

  private void emit(int point) {
    int length;
    if (point < 0x80) {
      encoded[0] = (byte) point;
      length = 1;
    } else if (point < 0x800) {
      encoded[0] = (byte) (0xC0 | point >> 6);
      length = 2;
    } else if (point < 0x10000) {
      encoded[0] = (byte) (0xE0 | point >> 12);
      length = 3;
    } else {
      encoded[0] = (byte) (0xF0 | point >> 18);
      length = 4;
    }
    for (int i = 1; i < length; i++) {
      encoded[i] = (byte) (0x80 | ((point >> (6 * (length - 1 - i))) & 0x3F));
    }
    out.feed(encoded, 0, length);
  }
}
