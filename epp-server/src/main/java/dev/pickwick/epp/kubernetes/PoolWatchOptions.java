package dev.pickwick.epp.kubernetes;

/**
 * Which pool is watched, and where its model servers show their metrics.
 *
 * @param namespace namespace of the pool and of its pods
 * @param pool name of the InferencePool
 * @param metricsPort port of the metrics page, in [0, 65535]; 0 means the target port; it counts
 *     only while the pool has exactly one target port
 */
public record PoolWatchOptions(String namespace, String pool, int metricsPort) {

  public PoolWatchOptions {
    if (namespace.isEmpty()) {
      throw new IllegalArgumentException("pool namespace: empty (expected: a name)");
    }
    if (pool.isEmpty()) {
      throw new IllegalArgumentException("pool name: empty (expected: a name)");
    }
    if (metricsPort < 0 || metricsPort > 65535) {
      throw new IllegalArgumentException(
          "metrics port: " + metricsPort + " (expected: 0 to 65535)");
    }
  }

  @Override
  public String toString() {
    return namespace + "/" + pool;
  }
}
