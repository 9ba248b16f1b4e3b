package dev.pickwick.benchmarks.memory;

import dev.pickwick.benchmarks.memory.Traffic.Outcome;
import dev.pickwick.benchmarks.memory.Traffic.Wish;
import dev.pickwick.benchmarks.picker.Picker;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** What a picker goes through inside its limit. */
enum Scenario {

  /** Many pods, a full prefix index, a steady stream of small requests. */
  INDEX("index", 256),

  /** Many large bodies at once. */
  BODIES("bodies", 512);

  private static final int FILL_BYTES = 16 << 10;
  private static final int FILL_CONCURRENCY = 16;
  private static final Duration FILL_STEP = Duration.ofSeconds(2);
  private static final int SMALL_BYTES = 4 << 10;
  private static final int SMALL_CONCURRENCY = 64;

  /** Small requests a second. */
  static final double SMALL_RATE = 1_000;

  private static final int LARGE_BYTES = 220_000;
  private static final int LARGE_CONCURRENCY = 150;
  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private final String text;
  private final int limitMib;

  Scenario(String text, int limitMib) {
    this.text = text;
    this.limitMib = limitMib;
  }

  String text() {
    return text;
  }

  /** The limit on memory, in MiB. */
  int limitMib() {
    return limitMib;
  }

  /**
   * What came of it.
   *
   * @param perSecond exchanges that ended well, a second
   * @param failures exchanges that did not
   * @param entries of the prefix index at the end; 0 where none were wanted
   */
  record Course(double perSecond, long failures, long entries) {}

  /**
   * Lets a picker go through it.
   *
   * @param entries wanted in the prefix index, at least 0
   * @param duration of the traffic that is measured
   */
  Course run(Picker picker, Traffic traffic, int entries, Duration duration, PrintStream progress)
      throws IOException, InterruptedException {
    return switch (this) {
      case INDEX -> {
        long reached = fill(picker, traffic, entries, progress);
        Wish steady = new Wish(SMALL_BYTES, SMALL_CONCURRENCY, SMALL_RATE, duration);
        Outcome outcome = traffic.send(picker.grpcPort(), steady);
        yield new Course(outcome.perSecond(), outcome.failures(), reached);
      }
      case BODIES -> {
        Wish large = new Wish(LARGE_BYTES, LARGE_CONCURRENCY, 0, duration);
        var _ =
            traffic.send(picker.grpcPort(), new Wish(LARGE_BYTES, LARGE_CONCURRENCY, 0, WARM_UP));
        Outcome outcome = traffic.send(picker.grpcPort(), large);
        yield new Course(outcome.perSecond(), outcome.failures(), 0);
      }
    };
  }

  /** Until so many entries are there, or no more come. */
  private static long fill(Picker picker, Traffic traffic, int entries, PrintStream progress)
      throws IOException, InterruptedException {
    Wish wish = new Wish(FILL_BYTES, FILL_CONCURRENCY, 0, FILL_STEP);
    long before = -1;
    long now = entries(picker);
    while (now < entries && now > before) {
      before = now;
      Outcome outcome = traffic.send(picker.grpcPort(), wish);
      now = outcome.failures() > 0 ? before : entries(picker);
      progress.printf(Locale.ROOT, "prefix index: %,d entries%n", now);
    }
    return now;
  }

  private static long entries(Picker picker) throws IOException, InterruptedException {
    return Math.round(picker.metric("inference_extension_prefix_indexer_size").orElse(0));
  }
}
