package dev.pickwick.scheduler.load;

/**
 * Turns counts into scores: the fewest is the best.
 *
 * <p>The formula is {@code (max - n) / (max - min)} over the candidates; where all are equal, all
 * get 1. For example counts 10, 5, 0 become 0, 0.5, 1.
 */
final class Fewest {

  private Fewest() {}

  /** The score of a count in [min, max], in [0, 1]. */
  static double score(int count, int min, int max) {
    return max == min ? 1 : (double) (max - count) / (max - min);
  }
}
