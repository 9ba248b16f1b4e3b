package dev.pickwick.scraper.page;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The values of one family by series, in page order; a series that comes twice keeps its last
 * value. Reused from page to page without garbage; belongs to one thread.
 */
final class SeriesTable {
  /** Series beyond this number are refused, so that no page can hold the thread. */
  static final int MAX_SERIES = 10_000;

  private static final int LINEAR = 16;
  // Nobody outside can choose labels that fall into one slot.
  private static final long SEED = ThreadLocalRandom.current().nextLong() | 1;

  private long[] keys = new long[8];
  private double[] values = new double[8];
  private int[] slots = new int[0];
  private int size;

  int size() {
    return size;
  }

  long key(int index) {
    return keys[index];
  }

  double value(int index) {
    return values[index];
  }

  void clear() {
    if (size > LINEAR) {
      Arrays.fill(slots, 0);
    }
    size = 0;
  }

  /** Sets a series' value and returns its index, -1 when the table is full. */
  int put(long key, double value) {
    int index = indexOf(key);
    if (index < 0) {
      if (size == MAX_SERIES) {
        return -1;
      }
      index = append(key);
    }
    values[index] = value;
    return index;
  }

  /** Index of a series in page order, -1 when there is none. */
  int indexOf(long key) {
    if (size <= LINEAR) {
      for (int i = 0; i < size; i++) {
        if (keys[i] == key) {
          return i;
        }
      }
      return -1;
    }
    return slots[slotOf(key)] - 1;
  }

  double sum() {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += values[i];
    }
    return sum;
  }

  private int append(long key) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    keys[size++] = key;
    if (size > LINEAR) {
      if (size == LINEAR + 1 || size * 2 > slots.length) {
        rehash();
      } else {
        slots[slotOf(key)] = size;
      }
    }
    return size - 1;
  }

  private void rehash() {
    int wanted = Integer.highestOneBit(size) * 8;
    if (slots.length < wanted) {
      slots = new int[wanted];
    } else {
      Arrays.fill(slots, 0);
    }
    for (int i = 0; i < size; i++) {
      slots[slotOf(keys[i])] = i + 1;
    }
  }

  /** The slot that holds the key, or the free one where it belongs. */
  private int slotOf(long key) {
    int mask = slots.length - 1;
    long mixed = (key ^ SEED) * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (slots[slot] != 0 && keys[slots[slot] - 1] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
