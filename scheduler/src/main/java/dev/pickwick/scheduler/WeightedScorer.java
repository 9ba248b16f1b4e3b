package dev.pickwick.scheduler;

import static java.util.Objects.requireNonNull;

import dev.pickwick.scheduler.spi.Scorer;

/**
 * A scorer and what its vote is worth.
 *
 * @param scorer gives each candidate a score in [0, 1]
 * @param weight what a score of 1 adds to the total; no unit, only relative, may be 0 or negative
 */
public record WeightedScorer(Scorer scorer, double weight) {

  public WeightedScorer {
    requireNonNull(scorer, "scorer");
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: a finite number)");
    }
  }
}
