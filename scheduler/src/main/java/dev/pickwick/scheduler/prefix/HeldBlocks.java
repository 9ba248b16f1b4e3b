package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.endpoint.Endpoint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  private final HeadTable heads;
  private long[] ring = new long[FIRST_CAPACITY];
  private int oldest;
  private int size;

  /**
   * Holds nothing yet.
   *
   * @param salt makes this endpoint's keys differ from all others', its own earlier ones included
   * @param heads told which first blocks the endpoint holds
   */
  HeldBlocks(Endpoint endpoint, long salt, HeadTable heads) {
    this.endpoint = endpoint;
    this.salt = salt;
    this.heads = heads;
  }

  /** The key of a block at this endpoint; never 0. */
  long key(long blockHash) {
    long key = blockHash ^ salt;
    return key == 0 ? 1 : key;
  }

  /** Takes note that a block is the first of a prompt; after it was touched. */
  void noteHead(long blockHash) {
    heads.add(blockHash, endpoint.number());
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
        heads.remove(key ^ salt, endpoint.number());
        return;
      }
    }
  }

  /**
   * Forgets up to {@code most} blocks, whatever their use; for an endpoint that has gone.
   *
   * @param successor who has its number now; null: nobody
   */
  void drain(BlockTable table, int most, @Nullable HeldBlocks successor) {
    for (int i = 0; i < most && size > 0; i++) {
      long key = ring[oldest];
      long blockHash = key ^ salt;
      table.remove(key);
      if (successor == null || !table.contains(successor.key(blockHash))) {
        heads.remove(blockHash, endpoint.number());
      }
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
