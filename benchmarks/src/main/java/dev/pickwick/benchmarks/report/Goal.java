package dev.pickwick.benchmarks.report;

import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.util.List;
import java.util.Optional;

/**
 * Something the picker is meant to reach.
 *
 * @param id letter and number
 * @param quantity what is looked at
 * @param wanted the limit, in words
 * @param measurements gates that show it; empty when nothing can
 * @param otherwise why it is not measured, or what a reader should know; may be empty
 */
record Goal(
    String id, String quantity, String wanted, List<Source> measurements, String otherwise) {

  Goal {
    measurements = List.copyOf(measurements);
    if (measurements.isEmpty() && otherwise.isEmpty()) {
      throw new IllegalArgumentException(id + ": neither measured nor told why not");
    }
  }

  /**
   * A gate of a measurement.
   *
   * @param bench name of the result
   * @param gate name of the gate in it
   */
  record Source(String bench, String gate) {

    Optional<Gate> in(List<Result> results) {
      return results.stream()
          .filter(result -> result.bench().equals(bench))
          .flatMap(result -> result.gates().stream())
          .filter(each -> each.name().equals(gate))
          .findFirst();
    }
  }
}
