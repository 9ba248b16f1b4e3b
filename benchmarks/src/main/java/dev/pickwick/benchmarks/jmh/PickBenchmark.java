package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.Decision;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Pass;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision with four scorers, charged and closed: queue, running requests, KV cache, and prefix
 * with its producer and index. All endpoints hold 32 blocks of something; of the request's prompt
 * of 16 blocks a few endpoints hold some (the ordinary case: a conversation has been somewhere), or
 * every seventh does, each another part of it (a system prompt that most of a pool has seen). The
 * limit beside it is {@link FlatLoopBenchmark}. Serves goals a2 (absolute time), a3 (slope per
 * endpoint) and d1 (allocation).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class PickBenchmark {

  private static final int THE_PROMPT = -1;
  private static final int PROMPT_BLOCKS = 16;
  private static final int OTHER_BLOCKS = 32;
  private static final int FEW = 8;

  /** How many endpoints the pool has. */
  @Param({"10", "100", "1000", "10000"})
  public int endpoints;

  /** How many endpoints hold some of the prompt: {@code few} are 8, or {@code seventh}. */
  @Param({"few", "seventh"})
  public String holders = "few";

  @SuppressWarnings("NullAway.Init") // JMH calls setUp first
  BenchmarkPool pool;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp first
  private Pass pass;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp first
  private InferenceRequest request;

  /** Fills a pool with loads of all kinds, no two endpoints being made one after the other. */
  @Setup
  public void setUp() {
    pool = new BenchmarkPool(endpoints, PickBenchmark::metrics);
    remember();
    List<WeightedScorer> scorers =
        List.of(
            new WeightedScorer(pool.scorer("queue-scorer"), 2),
            new WeightedScorer(pool.scorer("running-requests-size-scorer"), 1),
            new WeightedScorer(pool.scorer("kv-cache-utilization-scorer"), 2),
            new WeightedScorer(pool.scorer("prefix-cache-scorer"), 3));
    pass = pool.scheduler(scorers, List.of(pool.prefix())).newPass();
    request = BenchmarkPool.request(THE_PROMPT, PROMPT_BLOCKS);
  }

  /** Picks, charges, closes. */
  @Benchmark
  public boolean pick() {
    return pass.schedule(request) instanceof Decision.Picked picked && picked.ticket().close();
  }

  private static EndpointMetrics metrics(SplittableRandom random, long nowNanos) {
    return new EndpointMetrics(
        random.nextInt(20),
        random.nextInt(100),
        random.nextDouble(),
        Set.of(),
        Set.of(),
        0,
        16,
        1000,
        nowNanos,
        nowNanos,
        50_000_000);
  }

  private void remember() {
    EndpointSnapshot snapshot = pool.store.snapshot();
    int step = holders.equals("few") ? Math.max(1, snapshot.size() / FEW) : 7;
    for (int i = 0; i < snapshot.size(); i++) {
      pool.prefix().picked(BenchmarkPool.request(i, OTHER_BLOCKS), snapshot.get(i));
      if (i % step == 0) {
        int held = PROMPT_BLOCKS / 2 + i % (PROMPT_BLOCKS / 2);
        pool.prefix().picked(BenchmarkPool.request(THE_PROMPT, held), snapshot.get(i));
      }
    }
  }
}
