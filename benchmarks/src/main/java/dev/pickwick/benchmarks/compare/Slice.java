package dev.pickwick.benchmarks.compare;

import dev.pickwick.benchmarks.load.LoadFigures;

/**
 * What one side did in one slice.
 *
 * @param load what became of the exchanges
 * @param cpuSeconds processor time its process used meanwhile, in seconds; NaN when its process is
 *     not known
 */
public record Slice(LoadFigures load, double cpuSeconds) {

  private static final double MICROS = 1e6;

  /** Processor time per exchange, in microseconds. */
  public double cpuMicrosPerRequest() {
    return cpuSeconds * MICROS / load.requests();
  }
}
