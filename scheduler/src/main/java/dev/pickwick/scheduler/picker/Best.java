package dev.pickwick.scheduler.picker;

import java.util.random.RandomGenerator;

/** Finds the greatest totals; among equal ones chance decides, with the same chance for each. */
final class Best {

  private Best() {}

  /**
   * Writes the indices of the greatest totals, the greatest first. Overwrites totals if it is to
   * find more than one.
   *
   * @param size how many totals there are, at least 1
   * @param wanted how many to find, at least 1
   * @return how many were found: {@code wanted}, or {@code size} if that is less
   */
  static int of(double[] totals, int size, int wanted, int[] chosen, RandomGenerator random) {
    int count = Math.min(wanted, size);
    for (int place = 0; place < count; place++) {
      greatest(totals, size, chosen, place, random);
      if (count > 1) {
        // Not a number is neither greater than nor equal to any other: out of the race.
        totals[chosen[place]] = Double.NaN;
      }
    }
    return count;
  }

  /** The places from {@code place} on are free, so the tied ones are kept there meanwhile. */
  private static void greatest(
      double[] totals, int size, int[] chosen, int place, RandomGenerator random) {
    double best = Double.NEGATIVE_INFINITY;
    int ties = 0;
    for (int i = 0; i < size; i++) {
      double total = totals[i];
      if (total > best) {
        best = total;
        ties = 0;
      }
      if (total == best) {
        chosen[place + ties++] = i;
      }
    }
    if (ties > 1) {
      chosen[place] = chosen[place + random.nextInt(ties)];
    }
  }
}
