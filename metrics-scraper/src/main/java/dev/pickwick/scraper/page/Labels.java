package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The labels of one sample line as ranges of the page. Reused from line to line; belongs to one
 * thread.
 *
 * <p>The escapes {@code \\}, {@code \"} and {@code \n} are the only ones and the only way to write
 * these characters, so equal values have equal bytes and series can be told apart without
 * unescaping.
 */
final class Labels {
  /** A line with more labels is refused: each label's name is compared with those before it. */
  static final int MAX_LABELS = 64;

  private final int[] nameStart = new int[MAX_LABELS];
  private final int[] nameEnd = new int[MAX_LABELS];
  private final long[] nameHash = new long[MAX_LABELS];
  private final int[] valueStart = new int[MAX_LABELS];
  private final int[] valueEnd = new int[MAX_LABELS];
  private int count;
  private long series;
  private boolean hasMetric;

  void clear() {
    count = 0;
    series = 0;
    hasMetric = false;
  }

  /**
   * Identity of the series: the same for the same labels in any order; an empty value counts as no
   * label.
   */
  long series() {
    return series;
  }

  int valueStart(int label) {
    return valueStart[label];
  }

  int valueEnd(int label) {
    return valueEnd[label];
  }

  /** Index of the label, -1 when the line has none of this name. */
  int find(byte[] b, byte[] name) {
    for (int i = 0; i < count; i++) {
      if (Arrays.equals(b, nameStart[i], nameEnd[i], name, 0, name.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a quoted metric name stands first inside the braces. */
  boolean hasMetric() {
    return hasMetric;
  }

  /**
   * Reads {@code label="value",…}} from behind the opening brace.
   *
   * @return the position behind the closing brace; -1 when the labels are malformed or do not end
   *     before {@code end}
   */
  int scan(byte[] b, int from, int end) {
    clear();
    int i = blanks(b, from, end);
    while (i < end && b[i] != '}') {
      int start = i;
      i = b[i] == '"' ? quoted(b, i, end) : name(b, i, end);
      if (i < 0 || i == start) {
        return -1;
      }
      int stop = i;
      boolean quoted = b[start] == '"';
      i = blanks(b, i, end);
      if (i < end && b[i] == '=') {
        i = value(b, i + 1, end, quoted ? start + 1 : start, quoted ? stop - 1 : stop);
        if (i < 0) {
          return -1;
        }
      } else if (quoted && count == 0 && !hasMetric) {
        hasMetric = true;
      } else {
        return -1;
      }
      i = blanks(b, i, end);
      if (i < end && b[i] == ',') {
        i = blanks(b, i + 1, end);
      } else if (i >= end || b[i] != '}') {
        return -1;
      }
    }
    return i < end ? i + 1 : -1;
  }

  private int value(byte[] b, int from, int end, int name, int nameTo) {
    int i = blanks(b, from, end);
    if (i >= end || b[i] != '"' || count == MAX_LABELS) {
      return -1;
    }
    int behind = quoted(b, i, end);
    if (behind < 0) {
      return -1;
    }
    long hash = hash(b, name, nameTo);
    for (int k = 0; k < count; k++) {
      if (nameHash[k] == hash) {
        return -1;
      }
    }
    nameStart[count] = name;
    nameEnd[count] = nameTo;
    nameHash[count] = hash;
    valueStart[count] = i + 1;
    valueEnd[count] = behind - 1;
    count++;
    if (behind - 1 > i + 1) {
      series += mix(hash * 31 + hash(b, i + 1, behind - 1));
    }
    return behind;
  }

  /** The position behind the closing quote, -1 for a foreign escape or no closing quote. */
  static int quoted(byte[] b, int from, int end) {
    for (int i = from + 1; i < end; i++) {
      if (b[i] == '"') {
        return i + 1;
      }
      if (b[i] == '\\' && (++i >= end || (b[i] != '\\' && b[i] != '"' && b[i] != 'n'))) {
        return -1;
      }
    }
    return -1;
  }

  private static int name(byte[] b, int from, int end) {
    int i = from;
    while (i < end && isNameByte(b[i]) && b[i] != ':' && (i > from || b[i] < '0' || b[i] > '9')) {
      i++;
    }
    return i;
  }

  static int blanks(byte[] b, int from, int end) {
    int i = from;
    while (i < end && (b[i] == ' ' || b[i] == '\t')) {
      i++;
    }
    return i;
  }

  static boolean isNameByte(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= ':') || c == '_';
  }

  static long hash(byte[] b, int from, int to) {
    long hash = 0xCBF29CE484222325L ^ (to - from);
    int i = from;
    for (; i + 8 <= to; i += 8) {
      hash = Long.rotateLeft((hash ^ Bytes.longAt(b, i)) * 0x9E3779B97F4A7C15L, 29);
    }
    for (; i < to; i++) {
      hash = (hash ^ b[i]) * 0x100000001B3L;
    }
    return mix(hash);
  }

  private static long mix(long h) {
    long x = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
    return x ^ x >>> 32;
  }

  /** A label value as text: unescaped, what is not UTF-8 replaced. */
  static String text(byte[] b, int from, int to) {
    String raw = new String(b, from, to - from, UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    var text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '\\' && i + 1 < raw.length()) {
        char escaped = raw.charAt(++i);
        text.append(escaped == 'n' ? '\n' : escaped);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
