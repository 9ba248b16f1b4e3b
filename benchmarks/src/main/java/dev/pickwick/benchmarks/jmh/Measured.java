package dev.pickwick.benchmarks.jmh;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came out for one benchmark with one set of parameters.
 *
 * @param benchmark class without its package, and method, as in {@code PickBenchmark.pick}
 * @param params the parameters' values, by name, in alphabetical order
 * @param score the mean
 * @param error half the width of its 99.9 % confidence interval; NaN with fewer than two iterations
 * @param unit of score and error, as in {@code ns/op}
 * @param bytesPerOp what one operation allocated, in bytes, with what the profiler itself allocated
 */
public record Measured(
    String benchmark,
    Map<String, String> params,
    double score,
    double error,
    String unit,
    double bytesPerOp) {

  /** Copies the parameters. */
  public Measured {
    params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
  }
}
