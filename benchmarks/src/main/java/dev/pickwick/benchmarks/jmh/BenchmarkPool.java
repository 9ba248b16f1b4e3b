package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.InferenceRequest;
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
import dev.pickwick.scheduler.prefix.ApproximatePrefixProducer;
import dev.pickwick.scheduler.prompt.PromptChain;
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
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** A pool of scraped endpoints with a prefix index, and schedulers over it; the same every time. */
final class BenchmarkPool {

  /** A model server's busy block of the prompt, in bytes: 16 tokens of four bytes. */
  static final int BLOCK_BYTES = 64;

  /** What the client asks for, and what {@link LoraAffinityScorer} looks for. */
  static final String MODEL = "adapter-3";

  final EndpointStore store;

  private final LongSupplier nanos = System::nanoTime;
  private final PluginContext context;
  private final ApproximatePrefixProducer prefix;

  /**
   * A pool whose endpoints have answered one scrape.
   *
   * @param metrics what each says, made from chance and the ticker, in nanoseconds
   */
  BenchmarkPool(int endpoints, MetricsMaker metrics) {
    store = new EndpointStore(nanos);
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
    SplittableRandom random = new SplittableRandom(1);
    EndpointSnapshot snapshot = store.snapshot();
    long now = nanos.getAsLong();
    for (int i = 0; i < snapshot.size(); i++) {
      snapshot.get(i).scraped(metrics.make(random, now));
    }
    context = new Context(store, nanos, () -> ThreadLocalRandom.current().nextLong());
    prefix = (ApproximatePrefixProducer) plugin("approx-prefix-cache-producer");
  }

  /** The producer that all schedulers of this pool share, with the index it fills. */
  ApproximatePrefixProducer prefix() {
    return prefix;
  }

  /** A built-in scorer without parameters. */
  Scorer scorer(String type) {
    return (Scorer) plugin(type);
  }

  /**
   * A scheduler with the producer, these scorers and the picker of the greatest total.
   *
   * @param observers hear of every pick: the producer, or nobody
   */
  Scheduler scheduler(List<WeightedScorer> scorers, List<RequestObserver> observers) {
    Profile profile =
        new Profile("default", List.of(), scorers, (Picker) plugin("max-score-picker"));
    Scheduler scheduler = new Scheduler(store, SchedulerOptions.DEFAULT, nanos);
    scheduler.install(
        new Pipeline(
            (ProfileHandler) plugin("single-profile-handler"),
            List.of(profile),
            List.of(prefix),
            observers));
    return scheduler;
  }

  /** A request whose prompt is told by a number: equal numbers have equal beginnings. */
  static InferenceRequest request(int prompt, int blocks) {
    long[] hashes = new long[blocks];
    SplittableRandom random = new SplittableRandom(prompt);
    Arrays.setAll(hashes, i -> random.nextLong());
    PromptChain chain = PromptChain.of(BLOCK_BYTES, hashes);
    return new InferenceRequest("id", MODEL, MODEL, 0, 1000, chain, null, RequestHeaders.NONE);
  }

  /** Requests charged anywhere and not closed; 0 when every charge was given back. */
  int inFlight() {
    EndpointSnapshot snapshot = store.snapshot();
    int sum = 0;
    for (int i = 0; i < snapshot.size(); i++) {
      sum += snapshot.get(i).inFlight();
    }
    return sum;
  }

  private Plugin plugin(String type) {
    for (PluginFactory factory : ServiceLoader.load(PluginFactory.class)) {
      if (factory.type().equals(type)) {
        return factory.create(type, Parameters.none(), context);
      }
    }
    throw new IllegalStateException("plugin type: " + type + " (expected: a known one)");
  }

  /** Says what an endpoint's scrape brought. */
  interface MetricsMaker {
    EndpointMetrics make(SplittableRandom random, long nowNanos);
  }

  private record Context(EndpointStore endpoints, LongSupplier nanos, RandomGenerator random)
      implements PluginContext {}
}
