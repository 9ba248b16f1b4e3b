package dev.pickwick.scheduler;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints a request may go to, and their numbers as columns: each shared value is read once
 * per pass, so that all plugins of a pass see the same. Valid until the pass ends; for its thread
 * only.
 *
 * <p>The <em>effective</em> queue of an endpoint is what its last scrape said plus what we have
 * charged since and no scrape can have seen. An endpoint that joined less than a second ago and has
 * not answered a scrape yet counts as the average of the candidates that have, rounded up. For
 * example queues 4 and 2 with one unscraped request each are 5 and 3; a third endpoint, just joined
 * and charged once, has 4 + 1 = 5. When its second is over and it still has not answered, all it
 * has in flight counts as waiting, those requests included that a scrape saw before it left and
 * came back. Where unscraped requests do not count, these do not either.
 */
public final class Candidates {

  /** How long an endpoint that never answered a scrape passes for an average one. */
  private static final long NEWCOMER_NANOS = 1_000_000_000;

  private static final int FIRST_CAPACITY = 16;

  private final boolean countUnscraped;
  private int size;
  private int prefixTotal;
  private EndpointSnapshot snapshot;

  /** Where in the snapshot each candidate is, once some of its members have been left out. */
  private int[] places = new int[0];

  private boolean someLeftOut;
  private long[] loads = new long[0];
  private int[] queue = new int[0];
  private int[] running = new int[0];
  private double[] kvUsage = new double[0];
  private int[] prefixBlocks = new int[0];
  private int[] kept = new int[0];

  /**
   * No candidates yet.
   *
   * @param countUnscraped see {@link SchedulerOptions}
   */
  Candidates(EndpointSnapshot snapshot, boolean countUnscraped) {
    this.snapshot = snapshot;
    this.countUnscraped = countUnscraped;
  }

  /**
   * All members of a snapshot, for trying a plugin outside a pass; unscraped requests count.
   *
   * @param nowNanos ticker reading, in nanoseconds
   */
  public static Candidates of(EndpointSnapshot snapshot, long nowNanos) {
    Candidates candidates = new Candidates(snapshot, true);
    candidates.capture(snapshot, null, nowNanos);
    return candidates;
  }

  /** How many candidates there are, at least 0. */
  public int size() {
    return size;
  }

  /** The candidate at an index in [0, size); candidates are in ascending order of their numbers. */
  public Endpoint endpoint(int index) {
    return snapshot.get(place(index));
  }

  /** The candidate's {@link Endpoint#number()}, without a visit to the endpoint itself. */
  public int number(int index) {
    return snapshot.number(place(index));
  }

  /**
   * What the candidate's last scrape said, for what has no column; {@link EndpointMetrics#NEVER}
   * before the first.
   */
  public EndpointMetrics metrics(int index) {
    return endpoint(index).metrics();
  }

  /** Requests waiting, at least 0: scraped ones and those no scrape can have seen. */
  public int queue(int index) {
    return queue[index];
  }

  /** Requests the model server works on, at least 0, as scraped. */
  public int running(int index) {
    return running[index];
  }

  /** Fraction of the KV cache in use, in [0, 1], as scraped. */
  public double kvUsage(int index) {
    return kvUsage[index];
  }

  /** Requests we have charged to the candidate that are not over, at least 0. */
  public int inFlight(int index) {
    return Endpoint.inFlight(loads[index]);
  }

  /** Blocks of the prompt the candidate is believed to hold, in [0, prefixTotal]. */
  public int prefixBlocks(int index) {
    return prefixBlocks[index];
  }

  /** Blocks of the prompt; 0 when nobody looked for them. */
  public int prefixTotal() {
    return prefixTotal;
  }

  /** Says how many blocks the prompt has, at least 0; for a producer. */
  public void setPrefixTotal(int blocks) {
    prefixTotal = blocks;
  }

  /** Says how many of them a candidate holds, in [0, prefixTotal]; for a producer. */
  public void setPrefixBlocks(int index, int blocks) {
    prefixBlocks[index] = blocks;
  }

  /**
   * Keeps the candidates whose index passes; their order stays, their indices change. If the
   * predicate throws, all stay.
   */
  public void retainIf(IntPredicate keep) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (keep.test(i)) {
        kept[count++] = i;
      }
    }
    if (count == size) {
      return;
    }
    for (int to = 0; to < count; to++) {
      int from = kept[to];
      places[to] = place(from);
      loads[to] = loads[from];
      queue[to] = queue[from];
      running[to] = running[from];
      kvUsage[to] = kvUsage[from];
      prefixBlocks[to] = prefixBlocks[from];
    }
    size = count;
    someLeftOut = true;
  }

  /** The load as it was captured, from which a charge must start. */
  long load(int index) {
    return loads[index];
  }

  void capture(EndpointSnapshot snapshot, @Nullable Subset subset, long nowNanos) {
    ensureCapacity(snapshot.size());
    this.snapshot = snapshot;
    size = snapshot.size();
    someLeftOut = false;
    boolean allAnswered = snapshot.readNumbers(loads, queue, running, kvUsage);
    prefixTotal = 0;
    Arrays.fill(prefixBlocks, 0, size, 0);
    if (subset != null) {
      retainIf(i -> subset.contains(endpoint(i)));
    }
    if (!allAnswered) {
      fillNeverAnswered(nowNanos);
    }
  }

  /** Newcomers get the average of those that answered, the others what is in flight there. */
  private void fillNeverAnswered(long nowNanos) {
    int answered = 0;
    long queueSum = 0;
    long runningSum = 0;
    double kvSum = 0;
    for (int i = 0; i < size; i++) {
      if (running[i] >= 0) {
        answered++;
        queueSum += queue[i];
        runningSum += running[i];
        kvSum += kvUsage[i];
      }
    }
    for (int i = 0; i < size; i++) {
      if (running[i] >= 0) {
        continue;
      }
      running[i] = 0;
      if (nowNanos - endpoint(i).addedNanos() >= NEWCOMER_NANOS) {
        queue[i] = countUnscraped ? inFlight(i) : queue[i];
      } else if (answered > 0) {
        queue[i] = (int) Math.min(Integer.MAX_VALUE, queue[i] + Math.ceilDiv(queueSum, answered));
        running[i] = (int) Math.ceilDiv(runningSum, answered);
        kvUsage[i] = kvSum / answered;
      }
    }
  }

  private int place(int index) {
    return someLeftOut ? places[index] : index;
  }

  private void ensureCapacity(int needed) {
    if (loads.length >= needed) {
      return;
    }
    int capacity = Math.max(FIRST_CAPACITY, needed + needed / 2);
    places = new int[capacity];
    loads = new long[capacity];
    queue = new int[capacity];
    running = new int[capacity];
    kvUsage = new double[capacity];
    prefixBlocks = new int[capacity];
    kept = new int[capacity];
  }
}
