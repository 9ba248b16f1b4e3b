package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Scheduler;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A pool whose index remembers a million blocks, evenly spread over the endpoints, and one
 * conversation of 256 blocks that eight endpoints hold some of: one all of it, the others half and
 * more.
 */
final class FullIndexPool {

  /** Pairs of endpoint and block in the index before the conversation, at least. */
  static final int ENTRIES = 1_000_000;

  /** Blocks of a request's prompt: what the reference looks at, at most. */
  static final int PROMPT_BLOCKS = 256;

  /** As many blocks as the index has room for: who begins again finds the first forgotten. */
  private static final int NEW_PROMPTS = 4096;

  private static final int CONVERSATION = -1;
  private static final int FIRST_NEW = -2 - NEW_PROMPTS;
  private static final int HOLDERS = 8;
  private static final int ADAPTERS = 16;
  private static final int MAX_ADAPTERS = 4;

  final BenchmarkPool pool;

  private final List<WeightedScorer> scorers;

  FullIndexPool(int endpoints) {
    int blocksEach = Math.ceilDiv(ENTRIES, endpoints);
    int capacity = Math.max(blocksEach, 2 * PROMPT_BLOCKS);
    pool = new BenchmarkPool(endpoints, (random, now) -> metrics(random, capacity, now));
    scorers =
        List.of(
            new WeightedScorer(pool.scorer("queue-scorer"), 2),
            new WeightedScorer(pool.scorer("kv-cache-utilization-scorer"), 2),
            new WeightedScorer(pool.scorer("prefix-cache-scorer"), 3),
            new WeightedScorer(new LoraAffinityScorer(), 1));
    EndpointSnapshot snapshot = pool.store.snapshot();
    for (int i = 0; i < endpoints; i++) {
      fill(snapshot.get(i), i, blocksEach);
    }
    for (int i = 0; i < Math.min(HOLDERS, endpoints); i++) {
      int blocks = i == 0 ? PROMPT_BLOCKS : PROMPT_BLOCKS / 2 + i * PROMPT_BLOCKS / 2 / HOLDERS;
      Endpoint holder = snapshot.get(i * (endpoints / Math.min(HOLDERS, endpoints)));
      pool.prefix().picked(BenchmarkPool.request(CONVERSATION, blocks), holder);
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

  /** A request of 256 blocks, all of which one endpoint holds. */
  static InferenceRequest conversation() {
    return BenchmarkPool.request(CONVERSATION, PROMPT_BLOCKS);
  }

  /**
   * Requests of 256 blocks that nobody holds, enough for a pick of each to be forgotten before it
   * is its turn again.
   */
  static InferenceRequest[] newPrompts() {
    return IntStream.range(FIRST_NEW, FIRST_NEW + NEW_PROMPTS)
        .mapToObj(prompt -> BenchmarkPool.request(prompt, PROMPT_BLOCKS))
        .toArray(InferenceRequest[]::new);
  }

  /** Prompts of up to 256 blocks, each endpoint its own. */
  private void fill(Endpoint endpoint, int index, int blocks) {
    int prompt = index * Math.ceilDiv(ENTRIES, PROMPT_BLOCKS);
    for (int left = blocks; left > 0; left -= PROMPT_BLOCKS) {
      int length = Math.min(left, PROMPT_BLOCKS);
      pool.prefix().picked(BenchmarkPool.request(prompt++, length), endpoint);
    }
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
