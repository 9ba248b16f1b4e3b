package dev.pickwick.benchmarks.jmh;

import java.util.SplittableRandom;

/**
 * Loads of endpoints in plain arrays that nobody else writes, and the least a decision by queue, KV
 * cache, prefix and adapters can cost: one loop for the greatest and least, one for the best total.
 */
final class FlatColumns {

  private final int[] queue;
  private final double[] kvUsage;
  private final int[] prefixBlocks;

  /** A bit for each adapter that runs; the request's is the lowest. */
  private final long[] adapters;

  private final boolean[] fits;

  /** Takes the arrays over; one place for each endpoint. */
  FlatColumns(int[] queue, double[] kvUsage, int[] prefixBlocks, long[] adapters, boolean[] fits) {
    this.queue = queue;
    this.kvUsage = kvUsage;
    this.prefixBlocks = prefixBlocks;
    this.adapters = adapters;
    this.fits = fits;
  }

  /** Loads of all kinds, the same every time. */
  static FlatColumns of(int endpoints) {
    SplittableRandom random = new SplittableRandom(1);
    boolean[] fits = new boolean[endpoints];
    for (int i = 0; i < endpoints; i++) {
      fits[i] = random.nextBoolean();
    }
    return new FlatColumns(
        random.ints(endpoints, 0, 20).toArray(),
        random.doubles(endpoints).toArray(),
        random.ints(endpoints, 0, FullIndexPool.PROMPT_BLOCKS + 1).toArray(),
        random.longs(endpoints).toArray(),
        fits);
  }

  /** The index of the best. */
  int best() {
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int i = 0; i < queue.length; i++) {
      least = Math.min(least, queue[i]);
      most = Math.max(most, queue[i]);
    }
    double range = Math.max(1, most - least);
    int best = 0;
    double bestTotal = -1;
    for (int i = 0; i < queue.length; i++) {
      double total =
          2 * ((most - queue[i]) / range)
              + 2 * (1 - kvUsage[i])
              + 3 * (prefixBlocks[i] / (double) FullIndexPool.PROMPT_BLOCKS)
              + ((adapters[i] & 1) != 0 ? 1 : fits[i] ? 0.8 : 0);
      if (total > bestTotal) {
        bestTotal = total;
        best = i;
      }
    }
    return best;
  }
}
