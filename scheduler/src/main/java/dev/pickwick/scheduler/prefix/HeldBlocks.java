package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.endpoint.Endpoint;
import java.util.Arrays;

/**
 * The blocks one endpoint is believed to hold, oldest first: a ring of their keys. Written by the
 * index's one writer; readers use only what is final.
 */
final class HeldBlocks {
  private static final int FIRST_CAPACITY = 64;

  /** Marked keys that one eviction moves to the young end before it takes an old one regardless. */
  private static final int MAX_SECOND_CHANCES = 64;

  final Endpoint endpoint;
  private final long salt;
  private long[] ring = new long[FIRST_CAPACITY];
  private int oldest;
  private int size;

  /**
   * Holds nothing yet.
   *
   * @param salt makes this endpoint's keys differ from all others', its own earlier ones included
   */
  HeldBlocks(Endpoint endpoint, long salt) {
    this.endpoint = endpoint;
    this.salt = salt;
  }

  /** The key of a block at this endpoint; never 0. */
  long key(long blockHash) {
    long key = blockHash ^ salt;
    return key == 0 ? 1 : key;
  }

  int size() {
    return size;
  }

  /** Takes note of a block that is used now, and forgets old ones beyond the capacity. */
  void touch(long key, BlockTable table, int capacity) {
    if (!table.addOrMark(key)) {
      return;
    }
    while (size >= capacity) {
      evict(table);
    }
    append(key);
  }

  /** Forgets the oldest block that was not used again since it was looked at last. */
  void evict(BlockTable table) {
    for (int chances = 0; size > 0; chances++) {
      long key = ring[oldest];
      oldest = (oldest + 1) & (ring.length - 1);
      size--;
      if (chances < MAX_SECOND_CHANCES && table.unmark(key)) {
        append(key);
      } else {
        table.remove(key);
        return;
      }
    }
  }

  /** Forgets up to {@code most} blocks, whatever their use; for an endpoint that has gone. */
  void drain(BlockTable table, int most) {
    for (int i = 0; i < most && size > 0; i++) {
      table.remove(ring[oldest]);
      oldest = (oldest + 1) & (ring.length - 1);
      size--;
    }
  }

  private void append(long key) {
    if (size == ring.length) {
      long[] larger = Arrays.copyOfRange(ring, oldest, oldest + ring.length * 2);
      System.arraycopy(ring, 0, larger, ring.length - oldest, oldest);
      ring = larger;
      oldest = 0;
    }
    ring[(oldest + size) & (ring.length - 1)] = key;
    size++;
  }
}
