package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.Decision;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Pass;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A pick with a scorer that wastes memory or throws, for trying out what measures it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
public class WastefulPickBenchmark {

  private static final int ARRAY_HEADER = 16;

  /** What each pick allocates beyond its own, in bytes; a negative number fails. */
  @Param({"0", "1024"})
  public int wasted;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp first
  private Pass pass;

  private final InferenceRequest request = BenchmarkPool.request(1, 1);

  /** Where the waste can be seen from, so that it is not optimised away. */
  public byte[] waste = {};

  /** Makes a pool of ten. */
  @Setup
  public void setUp() {
    BenchmarkPool pool =
        new BenchmarkPool(
            10,
            (random, now) ->
                new EndpointMetrics(0, 0, 0.5, Set.of(), Set.of(), 0, 16, 100, now, now, 0));
    Scorer wasteful =
        (request, candidates, scores) -> {
          if (wasted > 0) {
            waste = new byte[wasted - ARRAY_HEADER];
          }
        };
    List<WeightedScorer> scorers =
        List.of(
            new WeightedScorer(pool.scorer("queue-scorer"), 1), new WeightedScorer(wasteful, 1));
    pass = pool.scheduler(scorers, List.of()).newPass();
  }

  /** Picks, charges, closes. */
  @Benchmark
  public boolean pick() {
    if (wasted < 0) {
      throw new IllegalStateException("wasted: " + wasted + " (expected: >= 0)");
    }
    return pass.schedule(request) instanceof Decision.Picked picked && picked.ticket().close();
  }
}
