package dev.pickwick.scheduler.endpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The numbers every pass reads of every endpoint, side by side in memory: a pass over ten thousand
 * endpoints walks through 320 kB in order instead of chasing twenty thousand pointers.
 *
 * <p>An endpoint's number is its row. Rows never move, so counters can be advanced while the table
 * grows. Each cell is read and written atomically, a row is not: a pass may see the queue of one
 * scrape and the cache use of the next.
 */
final class LoadTable {

  /** Requests we have charged ourselves, see {@link Endpoint#load()}. */
  static final int LOAD = 0;

  /** Scraped: requests waiting in the upper half, running in the lower. */
  static final int QUEUES = 1;

  /** Scraped: the bits of the fraction of the KV cache in use. */
  static final int KV_USAGE = 2;

  /** In place of a KV usage: no scrape has been answered yet. */
  static final double NEVER_ANSWERED = -1;

  static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int ROW_CELLS = 4;
  private static final int BLOCK_ROWS = 256;

  /** Grows under the store's lock, by replacement; the blocks stay. */
  private long[][] blocks = new long[0][];

  /** The block an endpoint's row is in; it is made when there is none. */
  long[] block(int number) {
    int index = number / BLOCK_ROWS;
    if (index >= blocks.length) {
      int before = blocks.length;
      blocks = Arrays.copyOf(blocks, index + 1);
      for (int i = before; i < blocks.length; i++) {
        blocks[i] = new long[BLOCK_ROWS * ROW_CELLS];
      }
    }
    return blocks[index];
  }

  /** Where in its block an endpoint's row begins. */
  static int row(int number) {
    return number % BLOCK_ROWS * ROW_CELLS;
  }

  /** All blocks there are now; the one of a number is at {@link #blockIndex}. */
  long[][] blocks() {
    return blocks;
  }

  static int blockIndex(int number) {
    return number / BLOCK_ROWS;
  }

  static long queues(int waiting, int running) {
    return (long) waiting << 32 | running;
  }

  static int waiting(long queues) {
    return (int) (queues >>> 32);
  }

  static int running(long queues) {
    return (int) queues;
  }
}
