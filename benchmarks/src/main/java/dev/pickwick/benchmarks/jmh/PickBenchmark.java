package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.Decision;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Pass;
import dev.pickwick.scheduler.Pipeline;
import dev.pickwick.scheduler.Profile;
import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.Scheduler;
import dev.pickwick.scheduler.SchedulerOptions;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.ProfileHandler;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
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
 * One decision with four scorers, charged and closed: queue, running requests, KV cache, and a
 * column filled by a producer, which costs the pass what a prefix match does besides its look-ups.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class PickBenchmark {

  /** How many endpoints the pool has. */
  @Param({"10", "100", "1000", "10000"})
  public int endpoints;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp first
  private Pass pass;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp first
  private InferenceRequest request;

  /** Fills a pool with loads of all kinds, no two endpoints being made one after the other. */
  @Setup
  public void setUp() {
    LongSupplier nanos = System::nanoTime;
    EndpointStore store = new EndpointStore(nanos);
    List<EndpointSpec> specs = new ArrayList<>();
    for (int i = 0; i < endpoints; i++) {
      String address = "10.0." + i / 256 + "." + i % 256;
      specs.add(
          new EndpointSpec(
              new EndpointId("ns", "pod-" + i + "-rank-0"),
              "pod-" + i,
              address,
              8000,
              8000,
              Map.of()));
    }
    store.replace(specs);
    scrape(store.snapshot(), nanos.getAsLong());
    Scheduler scheduler = new Scheduler(store, SchedulerOptions.DEFAULT, nanos);
    scheduler.install(pipeline(store, nanos));
    pass = scheduler.newPass();
    request =
        new InferenceRequest(
            "id", "model", "model", 0, 1000, PromptChain.EMPTY, null, RequestHeaders.NONE);
  }

  /** Picks, charges, closes. */
  @Benchmark
  public boolean pick() {
    return pass.schedule(request) instanceof Decision.Picked picked && picked.ticket().close();
  }

  private static void scrape(EndpointSnapshot snapshot, long now) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < snapshot.size(); i++) {
      snapshot
          .get(i)
          .scraped(
              new EndpointMetrics(
                  random.nextInt(20),
                  random.nextInt(100),
                  random.nextDouble(),
                  Set.of(),
                  Set.of(),
                  0,
                  16,
                  1000,
                  now,
                  now,
                  50_000_000));
    }
  }

  private static Pipeline pipeline(EndpointStore store, LongSupplier nanos) {
    PluginContext context = new Context(store, nanos, ThreadLocalRandom.current());
    Profile profile =
        new Profile(
            "default",
            List.of(),
            List.of(
                new WeightedScorer((Scorer) plugin("queue-scorer", context), 2),
                new WeightedScorer((Scorer) plugin("running-requests-size-scorer", context), 1),
                new WeightedScorer((Scorer) plugin("kv-cache-utilization-scorer", context), 2),
                new WeightedScorer(new ColumnScorer(), 3)),
            (Picker) plugin("max-score-picker", context));
    return new Pipeline(
        (ProfileHandler) plugin("single-profile-handler", context),
        List.of(profile),
        List.of(new Column()),
        List.of());
  }

  private static Plugin plugin(String type, PluginContext context) {
    for (PluginFactory factory : ServiceLoader.load(PluginFactory.class)) {
      if (factory.type().equals(type)) {
        return factory.create(type, Parameters.none(), context);
      }
    }
    throw new IllegalStateException("plugin type: " + type + " (expected: a known one)");
  }

  private record Context(EndpointStore endpoints, LongSupplier nanos, RandomGenerator random)
      implements PluginContext {}

  /** Says that every seventh candidate holds some of the prompt. */
  private static final class Column implements DataProducer {

    @Override
    public void produce(InferenceRequest request, Candidates candidates) {
      candidates.setPrefixTotal(16);
      for (int i = 0; i < candidates.size(); i += 7) {
        candidates.setPrefixBlocks(i, 1 + (i & 7));
      }
    }
  }

  /** Reads it. */
  private static final class ColumnScorer implements Scorer {

    @Override
    public void score(InferenceRequest request, Candidates candidates, double[] scores) {
      double total = candidates.prefixTotal();
      for (int i = 0; i < candidates.size(); i++) {
        scores[i] = candidates.prefixBlocks(i) / total;
      }
    }
  }
}
