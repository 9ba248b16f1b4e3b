package dev.pickwick.benchmarks.jmh;

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
import dev.pickwick.scheduler.spi.RequestObserver;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
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
 * One decision with four scorers, charged and closed: queue, running requests, KV cache, and prefix
 * with its producer and index. All endpoints hold 32 blocks of something; of the request's prompt
 * of 16 blocks a few endpoints hold some (the ordinary case: a conversation has been somewhere), or
 * every seventh does, each another part of it (a system prompt that most of a pool has seen).
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
    request = request(THE_PROMPT, PROMPT_BLOCKS);
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

  private Pipeline pipeline(EndpointStore store, LongSupplier nanos) {
    PluginContext context = new Context(store, nanos, ThreadLocalRandom.current());
    DataProducer producer = (DataProducer) plugin("approx-prefix-cache-producer", context);
    fill((RequestObserver) producer, store.snapshot());
    Profile profile =
        new Profile(
            "default",
            List.of(),
            List.of(
                new WeightedScorer((Scorer) plugin("queue-scorer", context), 2),
                new WeightedScorer((Scorer) plugin("running-requests-size-scorer", context), 1),
                new WeightedScorer((Scorer) plugin("kv-cache-utilization-scorer", context), 2),
                new WeightedScorer((Scorer) plugin("prefix-cache-scorer", context), 3)),
            (Picker) plugin("max-score-picker", context));
    return new Pipeline(
        (ProfileHandler) plugin("single-profile-handler", context),
        List.of(profile),
        List.of(producer),
        List.of((RequestObserver) producer));
  }

  private void fill(RequestObserver index, EndpointSnapshot snapshot) {
    int step = holders.equals("few") ? Math.max(1, snapshot.size() / FEW) : 7;
    for (int i = 0; i < snapshot.size(); i++) {
      index.picked(request(i, OTHER_BLOCKS), snapshot.get(i));
      if (i % step == 0) {
        int held = PROMPT_BLOCKS / 2 + i % (PROMPT_BLOCKS / 2);
        index.picked(request(THE_PROMPT, held), snapshot.get(i));
      }
    }
  }

  private static InferenceRequest request(int prompt, int blocks) {
    long[] hashes = new long[blocks];
    SplittableRandom random = new SplittableRandom(prompt);
    Arrays.setAll(hashes, i -> random.nextLong());
    PromptChain chain = PromptChain.of(64, hashes);
    return new InferenceRequest("id", "model", "model", 0, 1000, chain, null, RequestHeaders.NONE);
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
}
