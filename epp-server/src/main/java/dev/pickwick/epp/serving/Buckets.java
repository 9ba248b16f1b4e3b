package dev.pickwick.epp.serving;

/**
 * Upper bounds of the reference's histograms, typing errors included, so that dashboards and
 * recorded series go on.
 */
final class Buckets {
  static final double[] LATENCY_SECONDS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
    60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600
  };
  static final double[] FAST_SECONDS = {
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1
  };
  static final double[] SECONDS_PER_TOKEN = {
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10
  };
  static final double[] REQUEST_BYTES = doubling(64, 25);
  // 32778 is the reference's own slip of the pen.
  static final double[] RESPONSE_BYTES = {
    1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32778, 65536
  };
  static final double[] INPUT_TOKENS = {
    1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32778, 65536, 131072, 262144,
    524288, 1048576
  };
  static final double[] OUTPUT_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192};
  static final double[] RATIO = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
  static final double[] HIT_BYTES = {
    0, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
  };

  private Buckets() {}

  private static double[] doubling(double first, int count) {
    double[] bounds = new double[count];
    double bound = first;
    for (int i = 0; i < count; i++) {
      bounds[i] = bound;
      bound *= 2;
    }
    return bounds;
  }
}
