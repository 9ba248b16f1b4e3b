package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Names and whole numbers between text and the bytes of a page. */
final class Ascii {
  private Ascii() {}

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** The whole number in {@code [from, to)}; 0 when it is none, or none an int holds. */
  static int positive(byte[] b, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && b[start] == ' ') {
      start++;
    }
    while (end > start && b[end - 1] == ' ') {
      end--;
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      if (b[i] < '0' || b[i] > '9' || value > MetricsPage.MAX_COUNT) {
        return 0;
      }
      value = value * 10 + (b[i] - '0');
    }
    return (int) Math.min(value, MetricsPage.MAX_COUNT);
  }
}
