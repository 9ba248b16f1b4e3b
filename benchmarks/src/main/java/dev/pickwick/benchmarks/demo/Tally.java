package dev.pickwick.benchmarks.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What clients saw, by pod; thread-safe. */
final class Tally {
  private final List<List<Double>> firstTokenMillis = new ArrayList<>();
  private final int[] requests;
  private final List<String> failures = new ArrayList<>();
  private int failed;
  private static final int FAILURES_KEPT = 5;

  Tally(int pods) {
    requests = new int[pods];
    for (int i = 0; i < pods; i++) {
      firstTokenMillis.add(new ArrayList<>());
    }
  }

  synchronized void answered(int pod, double millisToFirstToken) {
    requests[pod]++;
    firstTokenMillis.get(pod).add(millisToFirstToken);
  }

  synchronized void failed(String why) {
    failed++;
    if (failures.size() < FAILURES_KEPT) {
      failures.add(why);
    }
  }

  synchronized int done() {
    return Arrays.stream(requests).sum() + failed;
  }

  synchronized int failed() {
    return failed;
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  synchronized int requests(int pod) {
    return requests[pod];
  }

  /** Share of the answered requests, 0 to 1; 0 when there are none. */
  synchronized double share(int pod) {
    int all = Arrays.stream(requests).sum();
    return all == 0 ? 0 : (double) requests[pod] / all;
  }

  /** Time to first token at one pod, in milliseconds; {@code NaN} without requests. */
  synchronized double firstToken(int pod, double quantile) {
    return quantile(firstTokenMillis.get(pod), quantile);
  }

  /** The same over all pods. */
  synchronized double firstToken(double quantile) {
    List<Double> all = new ArrayList<>();
    firstTokenMillis.forEach(all::addAll);
    return quantile(all, quantile);
  }

  /**
   * The smallest value that at least this share of all values does not exceed.
   *
   * @param quantile in (0, 1]
   */
  static double quantile(List<Double> values, double quantile) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int rank = (int) Math.ceil(quantile * sorted.length);
    return sorted[Math.clamp(rank, 1, sorted.length) - 1];
  }
}
