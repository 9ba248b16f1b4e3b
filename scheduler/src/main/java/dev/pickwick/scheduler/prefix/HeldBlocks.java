package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.prompt.PromptChain;
import org.jspecify.annotations.Nullable;

/**
 * The blocks one endpoint is believed to hold, oldest first: a ring of their keys. Written by the
 * index's one writer; readers use only what is final.
 *
 * <p>A block is marked when a prompt uses it again. The oldest block without a mark is forgotten
 * first; those it is found behind lose their marks and become the youngest, in their order. Found
 * it must be among the {@value #MOST_MARKED} oldest, more than a prompt usually has blocks; if all
 * of these are marked, the very oldest goes and the rest stay as they are. So forgetting a block
 * costs a few steps: as many as marks are used up, and no mark is looked at twice for nothing. For
 * example of {@code a* b* c d}, where a star is a mark, {@code c} goes and {@code d a b} stay.
 *
 * <p>The ring doubles when it is full and halves when less than a quarter is in use, so a block
 * takes at most 32 bytes of it, wherever the traffic moves.
 */
final class HeldBlocks {
  private static final int LEAST_CAPACITY = 16;
  private static final int MOST_MARKED = 1024;

  final Endpoint endpoint;
  private final long salt;
  private final HeadTable heads;
  private long[] ring = new long[LEAST_CAPACITY];
  private int oldest;
  private int size;

  /** How many of the oldest are known to be marked. */
  private int marked;

  /** How many blocks the prompt that is being entered had here before. */
  private int pinned;

  /**
   * Holds nothing yet.
   *
   * @param salt makes this endpoint's keys differ from all others', its own earlier ones included
   * @param heads told which first blocks the endpoint holds
   */
  HeldBlocks(Endpoint endpoint, long salt, HeadTable heads) {
    this.endpoint = endpoint;
    this.salt = block(salt);
    this.heads = heads;
  }

  /** A block as tables know it: its hash without the highest bits, for which a slot has no room. */
  static long block(long blockHash) {
    return blockHash & (-1L >>> BlockTable.MARK_BITS);
  }

  /** The key of a block at this endpoint; never 0. */
  long key(long blockHash) {
    return keyOf(block(blockHash));
  }

  private long keyOf(long block) {
    long key = block ^ salt;
    return key == 0 ? 1 : key;
  }

  int size() {
    return size;
  }

  /** Whether there is a block that {@link #evict} may take. */
  boolean canEvict() {
    return size > pinned;
  }

  /**
   * Marks the blocks that the beginning of a prompt uses again.
   *
   * @param length how many blocks of the prompt are looked at
   * @return how many of them are not there
   */
  int markUsed(PromptChain chain, int length, BlockTable table) {
    pinned = 0;
    int missing = 0;
    for (int i = 0; i < length; i++) {
      table.fetch(key(chain.hash(i)));
    }
    for (int i = length - 1; i >= 0; i--) {
      if (!table.mark(key(chain.hash(i)))) {
        missing++;
      }
    }
    return missing;
  }

  /** Keeps those blocks from being evicted until {@link #add} is called for the same prompt. */
  void pin(PromptChain chain, int length, int missing, BlockTable table) {
    pinned = length - missing;
    for (int i = pinned > 0 ? length - 1 : -1; i >= 0; i--) {
      table.pin(key(chain.hash(i)));
    }
  }

  /** Makes the beginning of a prompt held, for whose missing blocks there must be room. */
  void add(PromptChain chain, int length, BlockTable table) {
    pinned = 0;
    for (int i = length - 1; i >= 0; i--) {
      long key = key(chain.hash(i));
      if (table.addOrMark(key)) {
        append(key);
      }
    }
  }

  /** Takes note that a block is the first of a prompt; it must be held. */
  void noteHead(long blockHash, BlockTable table) {
    table.noteHead(key(blockHash));
    heads.add(block(blockHash), endpoint.number());
  }

  /**
   * Forgets the blocks whose turn it is, as long as there are such that are not pinned.
   *
   * @param most how many
   */
  void evict(BlockTable table, int most) {
    int count = Math.min(most, size - pinned);
    for (int i = 0; i < count; i++) {
      table.fetch(ring[place(i)]);
    }
    for (int i = 0; i < count; i++) {
      evict(table);
    }
    shrink();
  }

  private void evict(BlockTable table) {
    while (marked < Math.min(size, MOST_MARKED) && table.isMarked(ring[place(marked)])) {
      marked++;
    }
    if (marked < Math.min(size, MOST_MARKED)) {
      for (int i = marked; i > 0; i--) {
        long used = takeOldest();
        table.unmark(used);
        append(used);
      }
    }
    long key = takeOldest();
    for (int i = pinned; i > 0 && table.isPinned(key); i--) {
      append(key);
      key = takeOldest();
    }
    if (table.remove(key)) {
      heads.remove(key ^ salt, endpoint.number());
    }
  }

  /** Bytes of heap that the ring takes. */
  long bytes() {
    return (long) ring.length * Long.BYTES;
  }

  /**
   * Forgets up to {@code most} blocks, whatever their use; for an endpoint that has gone.
   *
   * @param successor who has its number now; null: nobody
   */
  void drain(BlockTable table, int most, @Nullable HeldBlocks successor) {
    for (int i = 0; i < most && size > 0; i++) {
      long key = takeOldest();
      long block = key ^ salt;
      if (table.remove(key) && (successor == null || !table.contains(successor.keyOf(block)))) {
        heads.remove(block, endpoint.number());
      }
      shrink();
    }
  }

  private long takeOldest() {
    long key = ring[oldest];
    oldest = place(1);
    size--;
    marked = Math.max(0, marked - 1);
    return key;
  }

  private void append(long key) {
    if (size == ring.length) {
      resize(ring.length * 2);
    }
    ring[place(size)] = key;
    size++;
  }

  private void shrink() {
    while (size < ring.length / 4 && ring.length > LEAST_CAPACITY) {
      resize(ring.length / 2);
    }
  }

  private void resize(int length) {
    long[] resized = new long[length];
    int untilEnd = Math.min(size, ring.length - oldest);
    System.arraycopy(ring, oldest, resized, 0, untilEnd);
    System.arraycopy(ring, 0, resized, untilEnd, size - untilEnd);
    ring = resized;
    oldest = 0;
  }

  /** Where in the ring the block is that so many are older than. */
  private int place(int age) {
    return (oldest + age) & (ring.length - 1);
  }
}
