package dev.pickwick.benchmarks.load;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts what happens in one slice; for all lanes. */
final class Tally {

  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 3;

  private final Histogram decision = new ConcurrentHistogram(MOST_NANOS, DIGITS);
  private final Histogram whole = new ConcurrentHistogram(MOST_NANOS, DIGITS);
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> destinations = new ConcurrentHashMap<>();

  void decided(String destination, long nanos) {
    decision.recordValue(Math.clamp(nanos, 0, MOST_NANOS));
    count(destinations, destination);
  }

  void wholeNanos(long nanos) {
    whole.recordValue(Math.clamp(nanos, 0, MOST_NANOS));
  }

  void failed(String what) {
    count(errors, what);
  }

  LoadFigures figures(double seconds) {
    return new LoadFigures(
        seconds, whole.getTotalCount(), decision, whole, sums(errors), sums(destinations));
  }

  private static void count(Map<String, LongAdder> counts, String key) {
    LongAdder count = counts.get(key);
    if (count == null) {
      count = counts.computeIfAbsent(key, _ -> new LongAdder());
    }
    count.increment();
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new HashMap<>();
    counts.forEach((key, count) -> sums.put(key, count.sum()));
    return sums;
  }
}
