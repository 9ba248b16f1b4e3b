package dev.pickwick.scraper.http;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lends arrays to those who receive a body: a few are kept for the next one, large ones never, and
 * all lent bytes together are bounded. Belongs to one thread.
 */
final class PageBuffers {
  private static final int SMALLEST = 64 * 1024;
  private static final int LARGEST_KEPT = 1024 * 1024;
  private static final int KEPT = 8;

  private final ArrayDeque<byte[]> free = new ArrayDeque<>();
  private final long limit;
  private long lent;

  /**
   * Nothing lent yet.
   *
   * @param limit bytes that may be lent at the same time
   */
  PageBuffers(long limit) {
    this.limit = limit;
  }

  /** Bytes lent now. */
  long lent() {
    return lent;
  }

  /** An array of at least this size; null when too much is lent. */
  byte @Nullable [] take(int size) {
    byte[] kept = free.peek();
    if (kept != null && kept.length >= size && lent + kept.length <= limit) {
      lent += kept.length;
      return free.pop();
    }
    int length = Math.max(SMALLEST, size);
    if (lent + length > limit) {
      return null;
    }
    lent += length;
    return new byte[length];
  }

  /**
   * A larger array in exchange, with the same content; null, and the old one still lent, when too
   * much is lent.
   */
  byte @Nullable [] grow(byte[] buffer, int size) {
    int length = (int) Math.max(size, Math.min(Integer.MAX_VALUE - 8L, buffer.length * 2L));
    if (lent + length > limit) {
      return null;
    }
    lent += length;
    byte[] larger = Arrays.copyOf(buffer, length);
    give(buffer);
    return larger;
  }

  /** Takes an array back. */
  void give(byte[] buffer) {
    lent -= buffer.length;
    if (buffer.length <= LARGEST_KEPT && free.size() < KEPT) {
      free.push(buffer);
    }
  }
}
