package dev.pickwick.testbed.server;

/** Counts of observations by upper bound. Belongs to the engine's lock. */
final class Histogram {

  static final double[] REQUEST_SECONDS = {
    .3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
  };
  static final double[] FIRST_TOKEN_SECONDS = {
    .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
    2560
  };
  static final double[] INTER_TOKEN_SECONDS = {
    .01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
  };
  static final double[] TOKENS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000
  };
  static final double[] ITERATION_TOKENS = {
    1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384
  };
  static final double[] CHOICES = {1, 2, 5, 10, 20};

  private final double[] bounds;
  private final long[] counts;
  private double sum;

  Histogram(double[] bounds) {
    this.bounds = bounds;
    this.counts = new long[bounds.length + 1];
  }

  void observe(double value) {
    observe(value, 1);
  }

  void observe(double value, int times) {
    int slot = 0;
    while (slot < bounds.length && value > bounds[slot]) {
      slot++;
    }
    counts[slot] += times;
    sum += value * times;
  }

  double[] bounds() {
    return bounds;
  }

  /** Observations up to each bound, the last one being all of them. */
  long[] cumulative() {
    long[] result = counts.clone();
    for (int i = 1; i < result.length; i++) {
      result[i] += result[i - 1];
    }
    return result;
  }

  double sum() {
    return sum;
  }

  Histogram copy() {
    var copy = new Histogram(bounds);
    System.arraycopy(counts, 0, copy.counts, 0, counts.length);
    copy.sum = sum;
    return copy;
  }
}
