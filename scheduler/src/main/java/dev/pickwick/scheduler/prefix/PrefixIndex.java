package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.prompt.PromptChain;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which endpoint was sent which prompt prefix, within a bound; thread-safe, and nobody
 * ever waits.
 *
 * <p>What is remembered are pairs of endpoint and block hash, mixed into one key. Because a hash
 * stands for the whole prompt up to its block, an endpoint holds a prefix if it holds the block at
 * its end, and the depth of a match is found by jumping: first where the previous candidate's match
 * ended, then by doubling and halving. For example a chain of 256 blocks of which an endpoint holds
 * 40 costs it about a dozen probes, and two when the candidate before also held 40.
 *
 * <p>Most endpoints hold nothing of most prompts; who may is told for 64 endpoints at one look.
 *
 * <p>A chain is entered from its end, so that of the blocks that came with one prompt the beginning
 * is forgotten last, as model servers do it. What is forgotten is the oldest block that was not
 * used again; {@link HeldBlocks} says how that is found. A prompt never displaces blocks of its
 * own, so right after it was entered all of it is held, or of a longer one as much as the capacity
 * allows. The blocks a prompt shares with an earlier one have an age of their own, though, and may
 * be forgotten before those that follow them; then the answer is where one of the parts still held
 * ends, or 0 if the first block is gone. The blocks of an endpoint that is forgotten are out of
 * reach all together, and are cleared away bit by bit with later entries.
 *
 * <p>Entries are made by one thread at a time: who finds another at work leaves its entry in a
 * queue, and each call enters a few of those that wait, in their order, whosever they are. So no
 * call is held up by more than {@value #MOST_AT_ONCE} entries of others, and all are made as long
 * as there are further calls. When calls end while entries wait, these stay until the next one: a
 * prompt is then not yet remembered, or an endpoint not yet forgotten, and nobody is there to
 * notice.
 */
public final class PrefixIndex {
  /** Endpoints that {@link #mayHold} tells of at once. */
  public static final int GROUP = HeadTable.GROUP;

  /** Entries that may wait for the thread at work; more are dropped, and merely not remembered. */
  private static final int MAX_WAITING = 4096;

  /** Entries of others that one call makes at most. */
  private static final int MOST_AT_ONCE = 16;

  /** Blocks one endpoint forgets at most before it is the next one's turn. */
  private static final int EVICTED_TOGETHER = 16;

  /** Blocks of departed endpoints that are cleared away together. */
  private static final int CLEAR_AT_ONCE = 512;

  private final int maxBlocks;
  private final RandomGenerator random;
  private final BlockTable table;
  private final HeadTable heads;
  private final ArrayDeque<HeldBlocks> departed = new ArrayDeque<>();
  private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicBoolean writing = new AtomicBoolean();

  /**
   * By endpoint number; replaced when it grows, and written again after each change of an element,
   * so that readers come to see it. Of what they find there they use only what is final.
   */
  private volatile @Nullable HeldBlocks[] byNumber = new HeldBlocks[16];

  private volatile int size;
  private int victim;

  /**
   * An empty index.
   *
   * @param maxBlocks pairs of endpoint and block it holds at most, > 0
   * @param random makes the keys of endpoints differ, and their places secret
   */
  public PrefixIndex(int maxBlocks, RandomGenerator random) {
    if (maxBlocks <= 0) {
      throw new IllegalArgumentException("maxBlocks: " + maxBlocks + " (expected: > 0)");
    }
    this.maxBlocks = maxBlocks;
    this.random = random;
    this.table = new BlockTable(random.nextLong());
    this.heads = new HeadTable(random.nextLong());
  }

  /**
   * Pairs of endpoint and block remembered, those of departed endpoints not yet cleared included.
   */
  public int size() {
    return size;
  }

  /** Bytes of heap that all that is remembered takes, slack included; while nobody writes. */
  long bytes() {
    long bytes = table.bytes() + heads.bytes();
    for (HeldBlocks held : byNumber) {
      bytes += held == null ? 0 : held.bytes();
    }
    for (HeldBlocks held : departed) {
      bytes += held.bytes();
    }
    return bytes;
  }

  /**
   * Who may hold the first block of a prompt: a bit for each endpoint whose {@link
   * Endpoint#number()} divided by {@link #GROUP} is the group, at the place of the remainder. An
   * endpoint without its bit holds nothing of the prompt; one with it may.
   */
  public long mayHold(PromptChain chain, int group) {
    return heads.holders(HeldBlocks.block(chain.hash(0)), group);
  }

  /**
   * How many blocks of a prompt an endpoint holds, counted from the start, in [0, chain.length()].
   *
   * @param guess the likely answer: any number; a good one saves time
   */
  public int depth(Endpoint endpoint, PromptChain chain, int guess) {
    HeldBlocks held = held(endpoint);
    int length = chain.length();
    if (held == null || length == 0 || !holds(held, chain, 0)) {
      return 0;
    }
    // The match ends in (low, high]: block low is held, block high is not (or is past the end).
    int low = 0;
    int high = length;
    int probe = guess <= length ? Math.max(1, guess - 1) : 1;
    int step = 1;
    boolean jumping = true;
    while (high - low > 1) {
      if (probe <= low || probe >= high) {
        probe = (low + high) >>> 1;
        jumping = false;
      }
      if (holds(held, chain, probe)) {
        low = probe;
        probe = jumping ? low + step : (low + high) >>> 1;
        step *= 2;
      } else {
        high = probe;
        jumping = false;
        probe = (low + high) >>> 1;
      }
    }
    return low + 1;
  }

  /**
   * Remembers that an endpoint was sent a prompt, at once or with one of the next calls; when very
   * many entries wait, not at all.
   *
   * @param capacity blocks this endpoint can hold, > 0
   */
  public void record(Endpoint endpoint, PromptChain chain, int capacity) {
    if (chain.length() == 0) {
      return;
    }
    // Who waits comes first: an endpoint to be forgotten may be the one that is entered here.
    if (waiting.isEmpty() && writing.compareAndSet(false, true)) {
      try {
        enter(endpoint, chain, capacity);
      } finally {
        finishWriting();
      }
    } else if (waitingCount.incrementAndGet() <= MAX_WAITING) {
      waiting.add(new Entry(endpoint, chain, capacity));
      writeWaiting();
    } else {
      waitingCount.decrementAndGet();
      writeWaiting();
    }
  }

  /** Forgets all an endpoint holds, at once or with one of the next calls, but never not at all. */
  public void forget(Endpoint endpoint) {
    waitingCount.incrementAndGet();
    waiting.add(new Entry(endpoint, PromptChain.EMPTY, 0));
    writeWaiting();
  }

  private void writeWaiting() {
    if (!waiting.isEmpty() && writing.compareAndSet(false, true)) {
      finishWriting();
    }
  }

  /**
   * Makes entries that wait, and gives up the right to write. Somebody may have added one just
   * before that, in vain trying to get the right: so it looks again, unless it has done its share,
   * for then the next call does.
   */
  private void finishWriting() {
    int share = MOST_AT_ONCE;
    do {
      try {
        share -= writeWaiting(share);
      } finally {
        writing.set(false);
      }
    } while (share > 0 && !waiting.isEmpty() && writing.compareAndSet(false, true));
  }

  /** Makes entries that wait; returns how many. */
  private int writeWaiting(int most) {
    int written = 0;
    Entry entry;
    while (written < most && (entry = waiting.poll()) != null) {
      written++;
      waitingCount.decrementAndGet();
      if (entry.chain.length() == 0) {
        remove(entry.endpoint);
      } else {
        enter(entry.endpoint, entry.chain, entry.capacity);
      }
    }
    clearDeparted(CLEAR_AT_ONCE);
    size = table.size();
    return written;
  }

  private void enter(Endpoint endpoint, PromptChain chain, int capacity) {
    HeldBlocks held = heldOrNew(endpoint);
    if (held == null) {
      return;
    }
    // Never more than there can ever be room for: of a longer prompt the beginning is what is kept.
    int length = Math.min(chain.length(), Math.min(capacity, maxBlocks));
    int missing = held.markUsed(chain, length, table);
    if (missing > 0) {
      if (held.size() + missing > capacity || table.size() + missing > maxBlocks) {
        held.pin(chain, length, missing, table);
        makeRoom(held, capacity - missing, maxBlocks - missing);
      }
      held.add(chain, length, table);
    }
    held.noteHead(chain.hash(0), table);
  }

  private void makeRoom(HeldBlocks held, int mostHeld, int mostInAll) {
    if (held.size() > mostHeld) {
      held.evict(table, held.size() - mostHeld);
    }
    while (table.size() > mostInAll) {
      evictSomewhere(table.size() - mostInAll);
    }
  }

  private void evictSomewhere(int most) {
    if (!departed.isEmpty()) {
      clearDeparted(most);
      return;
    }
    @Nullable HeldBlocks[] all = byNumber;
    for (int i = 0; i < all.length; i++) {
      victim = (victim + 1) % all.length;
      HeldBlocks held = all[victim];
      if (held != null && held.canEvict()) {
        held.evict(table, Math.min(most, EVICTED_TOGETHER));
        return;
      }
    }
    throw new IllegalStateException(table.size() + " blocks are held by no endpoint");
  }

  private void remove(Endpoint endpoint) {
    HeldBlocks held = held(endpoint);
    if (held != null) {
      @Nullable HeldBlocks[] all = byNumber;
      departed.add(held);
      all[endpoint.number()] = null;
      byNumber = all;
    }
  }

  private void clearDeparted(int most) {
    HeldBlocks held = departed.peek();
    if (held != null) {
      HeldBlocks successor = byNumber[held.endpoint.number()];
      held.drain(table, most, successor == held ? null : successor);
      if (held.size() == 0) {
        departed.remove();
      }
    }
  }

  private boolean holds(HeldBlocks held, PromptChain chain, int block) {
    return table.contains(held.key(chain.hash(block)));
  }

  private @Nullable HeldBlocks held(Endpoint endpoint) {
    @Nullable HeldBlocks[] all = byNumber;
    HeldBlocks held = endpoint.number() < all.length ? all[endpoint.number()] : null;
    return held != null && held.endpoint == endpoint ? held : null;
  }

  /** Null for an endpoint whose number may be another's by now: an entry that was made too late. */
  private @Nullable HeldBlocks heldOrNew(Endpoint endpoint) {
    HeldBlocks held = held(endpoint);
    if (held != null) {
      return held;
    }
    if (endpoint.isRetired()) {
      return null;
    }
    @Nullable HeldBlocks[] all = byNumber;
    if (endpoint.number() >= all.length) {
      all = Arrays.copyOf(all, Math.max(all.length * 2, endpoint.number() + 1));
    }
    HeldBlocks former = all[endpoint.number()];
    if (former != null) {
      departed.add(former);
    }
    HeldBlocks fresh = new HeldBlocks(endpoint, random.nextLong(), heads);
    all[endpoint.number()] = fresh;
    byNumber = all;
    return fresh;
  }

  /** Something another thread shall enter; an empty chain means that the endpoint is forgotten. */
  private record Entry(Endpoint endpoint, PromptChain chain, int capacity) {}
}
