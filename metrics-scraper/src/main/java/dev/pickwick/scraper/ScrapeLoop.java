package dev.pickwick.scraper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scraper.http.PageConnection;
import dev.pickwick.scraper.http.ScrapeClient;
import dev.pickwick.scraper.page.EngineMapping;
import dev.pickwick.scraper.page.MetricsPage;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/** All endpoints' scrapes, driven by ticks. Belongs to one thread. */
final class ScrapeLoop {
  private static final long SHORTEST_TICK = 1_000_000;
  private static final long LONGEST_TICK = 25_000_000;
  private static final int TICKS_PER_INTERVAL = 8;

  private final ScraperOptions options;
  private final ScrapeClient client;
  private final LongSupplier nanos;
  private final InstantSource wallClock;
  private final ScrapeEvents events;
  private final String path;
  private final long tickNanos;
  private final Map<String, MetricsPage> pages = new HashMap<>();
  private final IdentityHashMap<Endpoint, EndpointScrape> scrapes = new IdentityHashMap<>();
  private EndpointScrape[] inOrder = new EndpointScrape[0];
  private long expectedTick;
  private long stalledNanos;

  ScrapeLoop(
      ScraperOptions options,
      ScrapeClient client,
      LongSupplier nanos,
      InstantSource wallClock,
      ScrapeEvents events) {
    this.options = options;
    this.client = client;
    this.nanos = nanos;
    this.wallClock = wallClock;
    this.events = events;
    this.path = escaped(options.path());
    this.tickNanos = Math.clamp(baseNanos() / TICKS_PER_INTERVAL, SHORTEST_TICK, LONGEST_TICK);
    this.expectedTick = nanos.getAsLong();
  }

  /** Scrapes the endpoint at once and from now on. */
  void add(Endpoint endpoint) {
    remove(endpoint);
    long now = now();
    var scrape = new EndpointScrape(this, endpoint, now);
    scrapes.put(endpoint, scrape);
    inOrder = scrapes.values().toArray(EndpointScrape[]::new);
    scrape.tick(now);
  }

  /** Ends what is in flight and scrapes the endpoint no more. */
  void remove(Endpoint endpoint) {
    EndpointScrape scrape = scrapes.remove(endpoint);
    if (scrape != null) {
      scrape.close();
      inOrder = scrapes.values().toArray(EndpointScrape[]::new);
    }
  }

  /** Removes all endpoints. */
  void clear() {
    scrapes.values().forEach(EndpointScrape::close);
    scrapes.clear();
    inOrder = new EndpointScrape[0];
  }

  /** Does what is due; returns the time to the next tick, in nanoseconds. */
  long tick() {
    long now = now();
    long late = now - expectedTick;
    if (late >= tickNanos) {
      expectedTick += late / tickNanos * tickNanos;
      stalledNanos += late;
      events.ticksMissed(late / tickNanos);
    }
    expectedTick += tickNanos;
    for (EndpointScrape scrape : inOrder) {
      scrape.tick(now);
    }
    return Math.max(0, expectedTick - now());
  }

  long now() {
    return nanos.getAsLong();
  }

  double unixSeconds() {
    return wallClock.millis() / 1_000.0;
  }

  long baseNanos() {
    return options.interval().toNanos();
  }

  long timeoutNanos() {
    return options.timeout().toNanos();
  }

  /**
   * How long the thread has kept everybody waiting since the start; no server can be blamed for
   * that time. An answer may be read before the late tick runs, so what is overdue counts already.
   */
  long stalledNanos(long now) {
    long late = now - expectedTick;
    return late >= tickNanos ? stalledNanos + late : stalledNanos;
  }

  ScrapeEvents events() {
    return events;
  }

  String path() {
    return path;
  }

  Pace pace(int hash, long now) {
    // Multiplied, since neighbours' names and therefore hashes are neighbours.
    long phase = ((hash * 0x9E3779B97F4A7C15L) >>> 16) % baseNanos();
    return new Pace(baseNanos(), options.maxInterval().toNanos(), phase, now);
  }

  EngineMapping engine(EndpointSpec spec) {
    EngineMapping named =
        options.engines().get(spec.labels().getOrDefault(options.engineLabel(), ""));
    return named != null
        ? named
        : Objects.requireNonNull(options.engines().get(options.defaultEngine()));
  }

  MetricsPage page(EngineMapping engine) {
    return pages.computeIfAbsent(engine.name(), name -> new MetricsPage(engine));
  }

  NameFilter filter(EngineMapping engine) {
    return new NameFilter(engine, options.tryNameFilter());
  }

  PageConnection connection(EndpointSpec spec) {
    return client.connection(spec.address(), spec.metricsPort());
  }

  /** The path as it stands in a request; a question mark is part of it and no query. */
  private static String escaped(String path) {
    var target = new StringBuilder(path.startsWith("/") ? "" : "/");
    for (byte b : path.getBytes(UTF_8)) {
      if (isPlain(b)) {
        target.append((char) b);
      } else {
        target.append('%').append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)));
        target.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return target.toString();
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || "-._~$&+,/:;=@!*'()".indexOf(b) >= 0;
  }
}
