package dev.pickwick.scheduler;

import static java.util.Objects.requireNonNull;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.endpoint.Ticket;
import dev.pickwick.scheduler.profile.SingleProfileHandler;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A pool of endpoints {@code pod-0}, {@code pod-1} and so on, on a clock the test moves. */
public final class TestPool {

  public static final long MILLIS = 1_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final EndpointStore store = new EndpointStore(clock::get);

  public TestPool(int endpoints) {
    store.replace(specs(endpoints));
  }

  /** A pool whose endpoints have answered a scrape, with no load at all. */
  public static TestPool idle(int endpoints) {
    TestPool pool = new TestPool(endpoints);
    for (int i = 0; i < endpoints; i++) {
      pool.scrape(i, 0, 0, 0);
    }
    return pool;
  }

  public static InferenceRequest request() {
    return request(null);
  }

  public static InferenceRequest request(@Nullable List<String> subset) {
    return new InferenceRequest(
        "id", "model", "model", 0, 100, PromptChain.EMPTY, subset, RequestHeaders.NONE);
  }

  public static EndpointSpec spec(int number) {
    return spec("pod-" + number, "10.0.0." + number, 8000);
  }

  public static EndpointSpec spec(String name, String address, int port) {
    return new EndpointSpec(new EndpointId("ns", name), name, address, port, port, Map.of());
  }

  public static List<EndpointSpec> specs(int count) {
    List<EndpointSpec> specs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      specs.add(spec(i));
    }
    return specs;
  }

  public EndpointStore store() {
    return store;
  }

  public LongSupplier nanos() {
    return clock::get;
  }

  public void advanceMillis(long millis) {
    clock.addAndGet(millis * MILLIS);
  }

  public void advanceTo(long nanos) {
    clock.set(nanos);
  }

  public long now() {
    return clock.get();
  }

  public Endpoint endpoint(int number) {
    EndpointSnapshot snapshot = store.snapshot();
    for (int i = 0; i < snapshot.size(); i++) {
      if (snapshot.get(i).id().name().equals("pod-" + number)) {
        return snapshot.get(i);
      }
    }
    throw new AssertionError("pod-" + number + " is not a member");
  }

  /** One more request at an endpoint, counted as waiting there. */
  public Ticket charge(int number) {
    return requireNonNull(endpoint(number).charge(true));
  }

  /** A scrape that begins and ends now. */
  public void scrape(int number, int waiting, int running, double kvUsage) {
    endpoint(number).scraped(metrics(waiting, running, kvUsage, now()));
  }

  public static EndpointMetrics metrics(int waiting, int running, double kv, long started) {
    return new EndpointMetrics(
        waiting, running, kv, Set.of(), Set.of(), 0, 0, 0, started, started, 50 * MILLIS);
  }

  public Candidates candidates() {
    return Candidates.of(store.snapshot(), now());
  }

  public Scheduler scheduler(SchedulerOptions options, Picker picker, Scorer... scorers) {
    Scheduler scheduler = new Scheduler(store, options, nanos());
    scheduler.install(pipeline(picker, scorers));
    return scheduler;
  }

  public static Pipeline pipeline(Picker picker, Scorer... scorers) {
    List<WeightedScorer> weighted = new ArrayList<>();
    for (Scorer scorer : scorers) {
      weighted.add(new WeightedScorer(scorer, 1));
    }
    return new Pipeline(
        new SingleProfileHandler(),
        List.of(new Profile("default", List.of(), weighted, picker)),
        List.of(),
        List.of());
  }

  /** A built-in plugin, found the way every plugin is. */
  public Plugin plugin(String type, RandomGenerator random) {
    return plugin(type, Parameters.none(), random);
  }

  public Plugin plugin(String type, Parameters parameters, RandomGenerator random) {
    PluginContext context = new Context(store, nanos(), random);
    for (PluginFactory factory : ServiceLoader.load(PluginFactory.class)) {
      if (factory.type().equals(type)) {
        return factory.create(type, parameters, context);
      }
    }
    throw new AssertionError("no plugin of type " + type);
  }

  private record Context(EndpointStore endpoints, LongSupplier nanos, RandomGenerator random)
      implements PluginContext {}
}
