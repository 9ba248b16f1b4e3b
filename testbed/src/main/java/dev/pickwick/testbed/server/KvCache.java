package dev.pickwick.testbed.server;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The simulated block cache: whole blocks are found again from the start of a prompt, blocks of
 * requests in flight are held, the others are given up oldest first. Belongs to the engine's lock.
 */
final class KvCache {

  /**
   * Blocks held by one request.
   *
   * @param hashes its prompt blocks
   * @param hits how many of them, from the start, were there already
   * @param unnamed blocks for the rest of the prompt and the answer, never found again
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
  record Held(long[] hashes, int hits, int unnamed) {}

  private final int capacity;
  private final Map<Long, Integer> holders = new HashMap<>();
  private final LinkedHashSet<Long> idle = new LinkedHashSet<>();
  private int inUse;

  KvCache(int capacity) {
    this.capacity = capacity;
  }

  boolean isOff() {
    return capacity == 0;
  }

  /** Whether a request of that many blocks can ever run. */
  boolean canHold(int blocks) {
    return isOff() || blocks <= capacity;
  }

  /**
   * Holds the blocks of a request; null when there is no room at the moment.
   *
   * @param total blocks of prompt and answer together
   */
  @Nullable Held hold(long[] hashes, int total) {
    if (isOff()) {
      return new Held(new long[0], 0, 0);
    }
    int hits = 0;
    while (hits < hashes.length && isCached(hashes[hits])) {
      hits++;
    }
    int unnamed = Math.max(0, total - hashes.length);
    int fresh = unnamed;
    for (long hash : hashes) {
      if (!holders.containsKey(hash)) {
        fresh++;
      }
    }
    if (inUse + fresh > capacity) {
      return null;
    }
    for (long hash : hashes) {
      idle.remove(hash);
      if (holders.merge(hash, 1, Integer::sum) == 1) {
        inUse++;
      }
    }
    inUse += unnamed;
    while (inUse + idle.size() > capacity) {
      idle.removeFirst();
    }
    return new Held(hashes, hits, unnamed);
  }

  /** Lets the blocks go, the last of the prompt first, so that beginnings stay longest. */
  void release(Held held) {
    for (int i = held.hashes().length - 1; i >= 0; i--) {
      Long hash = held.hashes()[i];
      Integer left = holders.computeIfPresent(hash, (_, count) -> count == 1 ? null : count - 1);
      if (left == null) {
        inUse--;
        idle.add(hash);
      }
    }
    inUse -= held.unnamed();
  }

  /** Share of the blocks that requests in flight hold, in [0, 1]. */
  double usage() {
    return isOff() ? 0 : (double) inUse / capacity;
  }

  private boolean isCached(long hash) {
    return holders.containsKey(hash) || idle.contains(hash);
  }
}
