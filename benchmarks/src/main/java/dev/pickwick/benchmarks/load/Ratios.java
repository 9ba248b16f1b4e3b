package dev.pickwick.benchmarks.load;

import java.util.Arrays;
import java.util.List;

/**
 * Ratios of two things measured in turn, which hold when the machine's speed drifts.
 *
 * @param median of the ratios; the mean of the middle two for an even number
 * @param least smallest ratio
 * @param greatest greatest ratio
 */
record Ratios(double median, double least, double greatest) {

  /**
   * Summarises ratios.
   *
   * @param ratios at least one
   */
  static Ratios of(List<Double> ratios) {
    if (ratios.isEmpty()) {
      throw new IllegalArgumentException("ratios: none (expected: at least one)");
    }
    double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Ratios(median, sorted[0], Arrays.stream(sorted).max().orElse(median));
  }
}
