package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.Candidates;

/** Chooses by the totals. */
public interface Picker extends Plugin {

  /**
   * Writes the indices of the chosen candidates, each once, the best first. Called by several
   * threads at once.
   *
   * @param candidates at least one
   * @param totals one per candidate, at least as long; the picker may overwrite them
   * @param chosen where the indices go, at least as long as there are candidates
   * @return how many were chosen, in [1, candidates.size()]
   */
  int pick(Candidates candidates, double[] totals, int[] chosen);
}
