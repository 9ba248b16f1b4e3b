package dev.pickwick.benchmarks.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What became of the exchanges of one slice.
 *
 * @param seconds how long it took until the last exchange had ended
 * @param requests exchanges that ended well
 * @param decisionNanos from the last body byte to the reply that names the destination, in
 *     nanoseconds; at a rate, with the time it began after it was due
 * @param wholeNanos from the first byte (at a rate: from when it was due) to the end of the stream,
 *     in nanoseconds
 * @param errors exchanges that did not end well, by what was wrong
 * @param destinations decisions by destination
 */
public record LoadFigures(
    double seconds,
    long requests,
    Histogram decisionNanos,
    Histogram wholeNanos,
    Map<String, Long> errors,
    Map<String, Long> destinations) {

  public LoadFigures {
    errors = Map.copyOf(errors);
    destinations = Map.copyOf(destinations);
  }

  /** Several slices as one; at least one. */
  static LoadFigures sum(List<LoadFigures> slices) {
    LoadFigures first = slices.getFirst();
    Histogram decision = first.decisionNanos.copy();
    Histogram whole = first.wholeNanos.copy();
    Map<String, Long> errors = new HashMap<>(first.errors);
    Map<String, Long> destinations = new HashMap<>(first.destinations);
    double seconds = first.seconds;
    long requests = first.requests;
    for (LoadFigures slice : slices.subList(1, slices.size())) {
      decision.add(slice.decisionNanos);
      whole.add(slice.wholeNanos);
      slice.errors.forEach((what, count) -> errors.merge(what, count, Long::sum));
      slice.destinations.forEach((each, count) -> destinations.merge(each, count, Long::sum));
      seconds += slice.seconds;
      requests += slice.requests;
    }
    return new LoadFigures(seconds, requests, decision, whole, errors, destinations);
  }

  /** Exchanges that ended well, a second. */
  public double perSecond() {
    return requests / seconds;
  }

  /** Exchanges that did not end well. */
  public long failed() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A percentile of the time to the decision, in milliseconds; percentile in [0, 100]. */
  public double decisionMillis(double percentile) {
    return millis(decisionNanos, percentile);
  }

  /** A percentile of the time of whole exchanges, in milliseconds; percentile in [0, 100]. */
  public double wholeMillis(double percentile) {
    return millis(wholeNanos, percentile);
  }

  /**
   * Most decisions for one destination ÷ mean over the destinations seen; 1 is perfectly even, 0
   * says that there were none.
   */
  public double mostToMean() {
    double sum = destinations.values().stream().mapToLong(Long::longValue).sum();
    long most = destinations.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return sum == 0 ? 0 : most * destinations.size() / sum;
  }

  private static double millis(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}
