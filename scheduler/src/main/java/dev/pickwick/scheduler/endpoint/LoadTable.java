package dev.pickwick.scheduler.endpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The numbers every pass reads of every endpoint, column by column: a pass over ten thousand
 * endpoints copies forty blocks instead of chasing twenty thousand pointers.
 *
 * <p>An endpoint's number is its row. Rows never move, so counters can be advanced while the table
 * grows. Each cell is read and written atomically, a row is not: a pass may see the queue of one
 * scrape and the cache use of the next.
 */
final class LoadTable {

  /** In place of the requests running: no scrape has been answered yet. */
  static final int NEVER_ANSWERED = -1;

  private static final int BLOCK_SHIFT = 8;
  private static final int BLOCK_ROWS = 1 << BLOCK_SHIFT;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle DOUBLES = MethodHandles.arrayElementVarHandle(double[].class);

  /** Grows under the store's lock, by replacement; the blocks stay. */
  private Block[] blocks = new Block[0];

  /** The block an endpoint's row is in; it is made when there is none. */
  Block block(int number) {
    int index = blockIndex(number);
    if (index >= blocks.length) {
      int before = blocks.length;
      blocks = Arrays.copyOf(blocks, index + 1);
      for (int i = before; i < blocks.length; i++) {
        blocks[i] = new Block();
      }
    }
    return blocks[index];
  }

  /** All blocks there are now; the one of a number is at {@link #blockIndex}. */
  Block[] blocks() {
    return blocks;
  }

  static int blockIndex(int number) {
    return number >>> BLOCK_SHIFT;
  }

  /** Where in its block an endpoint's row is. */
  static int row(int number) {
    return number & BLOCK_ROWS - 1;
  }

  /** The rows of some endpoints. */
  static final class Block {

    private final long[] loads = new long[BLOCK_ROWS];
    private final int[] waiting = new int[BLOCK_ROWS];
    private final int[] running = new int[BLOCK_ROWS];
    private final double[] kvUsage = new double[BLOCK_ROWS];

    /** Requests we have charged ourselves, see {@link Endpoint#load()}. */
    long load(int row) {
      return (long) LONGS.getVolatile(loads, row);
    }

    void setLoad(int row, long load) {
      LONGS.setVolatile(loads, row, load);
    }

    boolean advance(int row, long seen, long next) {
      return LONGS.compareAndSet(loads, row, seen, next);
    }

    void add(int row, long more) {
      LONGS.getAndAdd(loads, row, more);
    }

    /**
     * Publishes what a scrape said.
     *
     * @param nowRunning requests running, or {@link #NEVER_ANSWERED}
     */
    void publish(int row, int nowWaiting, int nowRunning, double nowKvUsage) {
      INTS.setRelease(waiting, row, nowWaiting);
      INTS.setRelease(running, row, nowRunning);
      DOUBLES.setRelease(kvUsage, row, nowKvUsage);
    }

    /**
     * Copies the loads of neighbouring rows. They are to be read before the scraped numbers, for
     * then a scrape that comes in between is counted twice rather than not at all.
     */
    void copyLoads(int row, int count, long[] to, int at) {
      System.arraycopy(loads, row, to, at, count);
    }

    /** Copies the scraped numbers of neighbouring rows. */
    void copyScraped(int row, int count, int[] toWaiting, int[] toRunning, double[] toKv, int at) {
      System.arraycopy(waiting, row, toWaiting, at, count);
      System.arraycopy(running, row, toRunning, at, count);
      System.arraycopy(kvUsage, row, toKv, at, count);
    }
  }
}
