package dev.pickwick.benchmarks.scrape;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scraper.ScrapeEvents;
import dev.pickwick.scraper.Scraper;
import dev.pickwick.scraper.ScraperOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The measured program: the real scraper and the yardstick in turn, one slice each, and a line for
 * every slice in a file. Arguments: pods, their port, interval and length of a slice in
 * nanoseconds, number of pairs, file.
 */
final class ScrapeMain {

  /** After the first answers the slice before is forgotten in this time. */
  private static final long SETTLE_MILLIS = 500;

  private static final long PATIENCE_SECONDS = 10;
  private static final long LOOK_MILLIS = 5;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int pods;
  private final int port;
  private final long intervalNanos;
  private final long sliceNanos;
  private final ScrapeEvents alsoTold;

  private ScrapeMain(String[] args, ScrapeEvents alsoTold) {
    this.pods = Integer.parseInt(args[0]);
    this.port = Integer.parseInt(args[1]);
    this.intervalNanos = Long.parseLong(args[2]);
    this.sliceNanos = Long.parseLong(args[3]);
    this.alsoTold = alsoTold;
  }

  public static void main(String[] args) throws Exception {
    run(args, ScrapeEvents.NONE);
  }

  /**
   * Measures.
   *
   * @param alsoTold called on the scraper's thread for every scrape; what it costs counts
   */
  static void run(String[] args, ScrapeEvents alsoTold) throws IOException, InterruptedException {
    ScrapeMain bench = new ScrapeMain(args, alsoTold);
    int pairs = Integer.parseInt(args[4]);
    Path file = Path.of(args[5]);
    for (int i = 0; i < pairs; i++) {
      append(file, bench.read());
      append(file, bench.discard());
    }
  }

  private static void append(Path file, Slice slice) throws IOException {
    Files.writeString(file, slice.line() + "\n", StandardOpenOption.APPEND);
  }

  private Slice read() throws InterruptedException {
    Counts counts = new Counts();
    EndpointStore store = new EndpointStore(System::nanoTime);
    Duration interval = Duration.ofNanos(intervalNanos);
    // The greatest interval is the base one: no back-off hides what a scrape costs.
    ScraperOptions options =
        ScraperOptions.DEFAULTS
            .withInterval(interval)
            .withMaxInterval(interval)
            .withoutNameFilter();
    try (Scraper scraper = new Scraper(options, store, System::nanoTime, events(counts))) {
      store.replace(endpoints());
      scraper.start();
      return slice(Slice.Kind.READ, counts);
    }
  }

  private Slice discard() throws InterruptedException {
    Counts counts = new Counts();
    try (var _ = new DiscardingScraper(pods, port, intervalNanos, counts)) {
      return slice(Slice.Kind.DISCARDED, counts);
    }
  }

  private Slice slice(Slice.Kind kind, Counts counts) throws InterruptedException {
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (counts.scrapes() < pods && System.nanoTime() - patience < 0) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    long scrapes = counts.scrapes();
    long failures = counts.failures();
    long missed = counts.missedTicks();
    long bytes = THREADS.getTotalThreadAllocatedBytes();
    long cpu = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(sliceNanos);
    return new Slice(
        kind,
        counts.scrapes() - scrapes,
        counts.failures() - failures,
        SYSTEM.getProcessCpuTime() - cpu,
        THREADS.getTotalThreadAllocatedBytes() - bytes,
        counts.missedTicks() - missed,
        System.nanoTime() - start);
  }

  private List<EndpointSpec> endpoints() {
    List<EndpointSpec> all = new ArrayList<>();
    for (int i = 0; i < pods; i++) {
      String name = "pod-" + i;
      all.add(
          new EndpointSpec(
              new EndpointId("", name), name, PodFarm.address(i), port, port, Map.of()));
    }
    return all;
  }

  private ScrapeEvents events(Counts counts) {
    return new ScrapeEvents() {
      @Override
      public void scraped(Endpoint endpoint, boolean ok, long nanos, int badLines) {
        counts.count(ok);
        alsoTold.scraped(endpoint, ok, nanos, badLines);
      }

      @Override
      public void ticksMissed(long ticks) {
        counts.missed(ticks);
      }
    };
  }
}
