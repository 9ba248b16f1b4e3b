package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;

/** Says how well each candidate suits a request. */
public interface Scorer extends Plugin {

  /**
   * Writes one score per candidate, 1 for the best and 0 for the worst; what lies outside is
   * clamped, {@code NaN} counts as 0. Called by several threads at once. If it throws, all its
   * scores count as 0.
   *
   * @param scores at least as long as there are candidates, all 0; what lies beyond the last
   *     candidate is not read
   */
  void score(InferenceRequest request, Candidates candidates, double[] scores);
}
