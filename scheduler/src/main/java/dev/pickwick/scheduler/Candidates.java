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
 * not answered a scrape yet counts as the average of the candidates that have. For example queues 4
 * and 2 with one unscraped request each are 5 and 3; a third endpoint, just joined and charged
 * once, has 4 + 1 = 5.
 */
public final class Candidates {

  /** How long an endpoint that never answered a scrape passes for an average one. */
  private static final long NEWCOMER_NANOS = 1_000_000_000;

  private static final int FIRST_CAPACITY = 16;

  private int size;
  private int prefixTotal;
  private Endpoint[] endpoints = new Endpoint[0];
  private EndpointMetrics[] metrics = new EndpointMetrics[0];
  private long[] loads = new long[0];
  private double[] queue = new double[0];
  private double[] running = new double[0];
  private double[] kvUsage = new double[0];
  private int[] prefixBlocks = new int[0];
  private int[] kept = new int[0];

  Candidates() {}

  /**
   * All members of a snapshot, for trying a plugin outside a pass.
   *
   * @param nowNanos ticker reading, in nanoseconds
   */
  public static Candidates of(EndpointSnapshot snapshot, long nowNanos) {
    Candidates candidates = new Candidates();
    candidates.capture(snapshot, null, nowNanos);
    return candidates;
  }

  /** How many candidates there are, at least 0. */
  public int size() {
    return size;
  }

  /** The candidate at an index in [0, size). */
  public Endpoint endpoint(int index) {
    return endpoints[index];
  }

  /** What the candidate's last scrape said, {@link EndpointMetrics#NEVER} before the first. */
  public EndpointMetrics metrics(int index) {
    return metrics[index];
  }

  /** Requests waiting, at least 0: scraped ones and those no scrape can have seen. */
  public double queue(int index) {
    return queue[index];
  }

  /** Requests the model server works on, at least 0, as scraped. */
  public double running(int index) {
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
    for (int to = 0; to < count; to++) {
      int from = kept[to];
      endpoints[to] = endpoints[from];
      metrics[to] = metrics[from];
      loads[to] = loads[from];
      queue[to] = queue[from];
      running[to] = running[from];
      kvUsage[to] = kvUsage[from];
      prefixBlocks[to] = prefixBlocks[from];
    }
    size = count;
  }

  /** The load as it was captured, from which a charge must start. */
  long load(int index) {
    return loads[index];
  }

  void capture(EndpointSnapshot snapshot, @Nullable Subset subset, long nowNanos) {
    select(snapshot, subset);
    int newcomers = 0;
    for (int i = 0; i < size; i++) {
      Endpoint endpoint = endpoints[i];
      // The load first: a scrape that comes in between is counted twice rather than not at all.
      long load = endpoint.load();
      EndpointMetrics facts = endpoint.metrics();
      loads[i] = load;
      metrics[i] = facts;
      queue[i] = facts.waiting() + Endpoint.unscraped(load);
      running[i] = facts.running();
      kvUsage[i] = facts.kvUsage();
      if (facts.isNever() && isNewcomer(endpoint, nowNanos)) {
        newcomers++;
      }
    }
    if (newcomers > 0) {
      averageNewcomers(nowNanos);
    }
    prefixTotal = 0;
    Arrays.fill(prefixBlocks, 0, size, 0);
  }

  private void select(EndpointSnapshot snapshot, @Nullable Subset subset) {
    ensureCapacity(snapshot.size());
    snapshot.copyTo(endpoints);
    size = snapshot.size();
    if (subset == null) {
      return;
    }
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (subset.contains(endpoints[i])) {
        endpoints[count++] = endpoints[i];
      }
    }
    size = count;
  }

  private void averageNewcomers(long nowNanos) {
    int scraped = 0;
    double queueSum = 0;
    double runningSum = 0;
    double kvSum = 0;
    for (int i = 0; i < size; i++) {
      if (!metrics[i].isNever()) {
        scraped++;
        queueSum += queue[i];
        runningSum += running[i];
        kvSum += kvUsage[i];
      }
    }
    if (scraped == 0) {
      return;
    }
    for (int i = 0; i < size; i++) {
      if (metrics[i].isNever() && isNewcomer(endpoints[i], nowNanos)) {
        queue[i] += queueSum / scraped;
        running[i] = runningSum / scraped;
        kvUsage[i] = kvSum / scraped;
      }
    }
  }

  private static boolean isNewcomer(Endpoint endpoint, long nowNanos) {
    return nowNanos - endpoint.addedNanos() < NEWCOMER_NANOS;
  }

  private void ensureCapacity(int needed) {
    if (endpoints.length >= needed) {
      return;
    }
    int capacity = Math.max(FIRST_CAPACITY, needed + needed / 2);
    endpoints = new Endpoint[capacity];
    metrics = new EndpointMetrics[capacity];
    loads = new long[capacity];
    queue = new double[capacity];
    running = new double[capacity];
    kvUsage = new double[capacity];
    prefixBlocks = new int[capacity];
    kept = new int[capacity];
  }
}
