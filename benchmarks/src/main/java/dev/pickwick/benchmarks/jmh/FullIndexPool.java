package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Scheduler;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A pool whose index remembers a million blocks: conversations of 256 blocks, one endpoint after
 * the other holding one whole.
 *
 * <p>Prefix weighs more than all else together, so that a conversation goes where it is held and
 * the index stays as it is.
 */
final class FullIndexPool {

  /** Blocks of a prompt: what the reference looks at, at most. */
  static final int PROMPT_BLOCKS = 256;

  /** Enough for a million blocks. */
  static final int CONVERSATIONS = 3907;

  private static final int MAX_ADAPTERS = 4;
  private static final int ADAPTERS = 16;

  final BenchmarkPool pool;

  private final List<WeightedScorer> scorers;

  FullIndexPool(int endpoints) {
    // Full with what it holds, or with two conversations where many hold one and others none.
    int capacity = PROMPT_BLOCKS * Math.max(2, Math.ceilDiv(CONVERSATIONS, endpoints));
    pool = new BenchmarkPool(endpoints, (random, now) -> metrics(random, capacity, now));
    scorers =
        List.of(
            new WeightedScorer(pool.scorer("queue-scorer"), 1),
            new WeightedScorer(pool.scorer("kv-cache-utilization-scorer"), 1),
            new WeightedScorer(pool.scorer("prefix-cache-scorer"), 4),
            new WeightedScorer(new LoraAffinityScorer(), 1));
    EndpointSnapshot snapshot = pool.store.snapshot();
    InferenceRequest[] conversations = conversations();
    for (int i = 0; i < conversations.length; i++) {
      pool.prefix().picked(conversations[i], snapshot.get(i % endpoints));
    }
  }

  /** A scheduler whose picks nobody remembers, so that what is held stays as it is. */
  Scheduler forgetful() {
    return pool.scheduler(scorers, List.of());
  }

  /** A scheduler as it runs in a picker: each prompt is remembered where it went. */
  Scheduler remembering() {
    return pool.scheduler(scorers, List.of(pool.prefix()));
  }

  /** Requests of 256 blocks, all of which one endpoint holds. */
  static InferenceRequest[] conversations() {
    return requests(0);
  }

  /**
   * Requests of 256 blocks that nobody holds, more than an endpoint has room for: a pick of each is
   * forgotten before it is its turn again.
   */
  static InferenceRequest[] newPrompts() {
    return requests(CONVERSATIONS);
  }

  private static InferenceRequest[] requests(int first) {
    return IntStream.range(first, first + CONVERSATIONS)
        .mapToObj(prompt -> BenchmarkPool.request(prompt, PROMPT_BLOCKS))
        .toArray(InferenceRequest[]::new);
  }

  private static EndpointMetrics metrics(SplittableRandom random, int capacity, long nowNanos) {
    return new EndpointMetrics(
        random.nextInt(20),
        random.nextInt(100),
        random.nextDouble(),
        adapters(random, random.nextInt(MAX_ADAPTERS + 1)),
        adapters(random, random.nextInt(2)),
        MAX_ADAPTERS,
        BenchmarkPool.BLOCK_BYTES / 4,
        capacity,
        nowNanos,
        nowNanos,
        50_000_000);
  }

  private static Set<String> adapters(SplittableRandom random, int count) {
    Set<String> names = new HashSet<>();
    while (names.size() < count) {
      names.add("adapter-" + random.nextInt(ADAPTERS));
    }
    return names;
  }
}
