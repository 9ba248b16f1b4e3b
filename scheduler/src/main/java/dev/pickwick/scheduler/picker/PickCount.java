package dev.pickwick.scheduler.picker;

import dev.pickwick.scheduler.spi.Parameters;

/** How many endpoints a picker picks at most. */
final class PickCount {

  private PickCount() {}

  /** At least 1: what is not positive counts as 1, as in the reference. */
  static int of(Parameters parameters) {
    return Math.max(1, parameters.integer("maxNumOfEndpoints", 1));
  }
}
