package dev.pickwick.testbed.server;

import dev.pickwick.testbed.http.HttpListener;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A fake model server on an address of its own: answers OpenAI requests after simulated queueing,
 * prefill and decoding, shows a metrics page, and misbehaves on demand. Many fit into one process.
 */
public final class ModelServer implements Closeable {

  private static final int SCRAPES_REMEMBERED = 100_000;

  private record Forced(ForcedState state, long since) {}

  private final ModelServerOptions options;
  private final Timeline timeline;
  private final Engine engine;
  private final MetricsPages pages;
  private final HttpCounters http = new HttpCounters();
  private final Set<String> adapters = new ConcurrentSkipListSet<>();
  private final Map<Fault.Target, Fault> faults = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger maxInFlight = new AtomicInteger();
  private final AtomicLong requests = new AtomicLong();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final AtomicLong scrapes = new AtomicLong();
  private final long[] scrapeStarts = new long[SCRAPES_REMEMBERED];
  private volatile @Nullable Forced forced;
  private volatile @Nullable HttpListener listener;

  private ModelServer(ModelServerOptions options, Timeline timeline) {
    this.options = options;
    this.timeline = timeline;
    this.engine = new Engine(options, timeline);
    this.pages = new MetricsPages(options, timeline.unixMillis());
    adapters.addAll(options.adapters());
  }

  /** Starts a server on the machine's own time. */
  public static ModelServer start(ModelServerOptions options) throws IOException {
    return start(options, Timeline.real());
  }

  /**
   * Starts a server.
   *
   * @throws IOException naming address and port when it cannot listen there
   */
  public static ModelServer start(ModelServerOptions options, Timeline timeline)
      throws IOException {
    var server = new ModelServer(options, timeline);
    server.listener =
        HttpListener.start(
            options.address(),
            options.port(),
            socket -> new ServerConnection(server, socket).serve());
    return server;
  }

  public ModelServerOptions options() {
    return options;
  }

  public InetSocketAddress address() {
    HttpListener started = listener;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started.address();
  }

  public int port() {
    return address().getPort();
  }

  /** Address and port as a gateway writes them, {@code 127.0.0.1:8000}. */
  public String endpoint() {
    return options.address().getHostAddress() + ':' + port();
  }

  /** Spoils all answers of that kind from now on. */
  public void fault(Fault.Target target, Fault fault) {
    faults.put(target, fault);
  }

  public void clearFaults() {
    faults.clear();
  }

  /** Shows these numbers on the metrics page instead of the measured ones; null = measured. */
  public void force(@Nullable ForcedState state) {
    forced = state == null ? null : new Forced(state, timeline.nanoTime());
  }

  /** The metrics page as it is now. */
  public byte[] metricsPage() {
    return page(Set.of());
  }

  /** What has been counted; the numbers are read one after the other. */
  public Stats stats() {
    EngineState state = engine.state();
    EngineCounters counters = state.counters();
    return new Stats(
        requests.get(),
        inFlight.get(),
        maxInFlight.get(),
        state.running(),
        state.waiting(),
        state.kvUsage(),
        counters.promptTokens,
        counters.prefixHits,
        counters.generatedTokens,
        counters.finished.getOrDefault("abort", 0L),
        rejected.sum(),
        scrapes.get(),
        bytesSent.sum());
  }

  /**
   * When scrapes came in, as readings of {@link System#nanoTime}, oldest first; at most the last
   * hundred thousand.
   */
  public long[] scrapeStarts() {
    synchronized (scrapeStarts) {
      int count = (int) Math.min(scrapes.get(), SCRAPES_REMEMBERED);
      long[] starts = new long[count];
      for (int i = 0; i < count; i++) {
        starts[i] = scrapeStarts[(int) ((scrapes.get() - count + i) % SCRAPES_REMEMBERED)];
      }
      return starts;
    }
  }

  /** Number of connections open at the moment. */
  public int connections() {
    HttpListener started = listener;
    return started == null ? 0 : started.connections();
  }

  /** Stops listening and breaks off everything under way. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    HttpListener started = listener;
    if (started != null) {
      started.close();
    }
  }

  Timeline timeline() {
    return timeline;
  }

  Engine engine() {
    return engine;
  }

  MetricsPages pages() {
    return pages;
  }

  HttpCounters http() {
    return http;
  }

  CountDownLatch closed() {
    return closed;
  }

  LongAdder bytesSent() {
    return bytesSent;
  }

  @Nullable Fault fault(Fault.Target target) {
    return faults.get(target);
  }

  byte[] page(Set<String> names) {
    EngineState state = engine.state();
    Forced now = forced;
    if (now != null) {
      long age = timeline.nanoTime() - now.since();
      state = now.state().over(state, age, timeline.unixMillis());
    }
    return pages.render(state, http.copy(), names);
  }

  boolean knows(String model) {
    return model.equals(options.model()) || adapters.contains(model);
  }

  List<String> adapters() {
    return List.copyOf(adapters);
  }

  void setAdapter(String name, boolean known) {
    if (known) {
      adapters.add(name);
    } else {
      adapters.remove(name);
    }
  }

  void noteScrape() {
    synchronized (scrapeStarts) {
      scrapeStarts[(int) (scrapes.getAndIncrement() % SCRAPES_REMEMBERED)] = System.nanoTime();
    }
  }

  void began() {
    requests.incrementAndGet();
    maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
  }

  void ended() {
    inFlight.decrementAndGet();
  }

  void rejected() {
    rejected.increment();
  }

  long nextNumber() {
    return requests.get();
  }
}
