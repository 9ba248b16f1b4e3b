package dev.pickwick.scheduler.endpoint;

import java.util.Set;

/**
 * What one scrape of an endpoint said.
 *
 * @param waiting requests waiting in the model server's queue, at least 0
 * @param running requests the model server is working on, at least 0
 * @param kvUsage fraction of the KV cache in use, in [0, 1]
 * @param runningAdapters LoRA adapters that are loaded and in use
 * @param waitingAdapters LoRA adapters that requests are waiting for
 * @param maxAdapters how many adapters can be loaded at once, at least 0
 * @param blockSizeTokens tokens per KV-cache block; 0 when unknown
 * @param blockCount blocks of the KV cache; 0 when unknown
 * @param startedNanos ticker reading when the scrape began, in nanoseconds
 * @param updatedNanos ticker reading when its answer had come in, in nanoseconds
 * @param plannedIntervalNanos time to the next scrape as planned, in nanoseconds
 */
public record EndpointMetrics(
    int waiting,
    int running,
    double kvUsage,
    Set<String> runningAdapters,
    Set<String> waitingAdapters,
    int maxAdapters,
    int blockSizeTokens,
    int blockCount,
    long startedNanos,
    long updatedNanos,
    long plannedIntervalNanos) {

  /** Stands for "never scraped": all numbers 0, always stale. */
  public static final EndpointMetrics NEVER =
      new EndpointMetrics(0, 0, 0, Set.of(), Set.of(), 0, 0, 0, 0, 0, 0);

  public EndpointMetrics {
    checkCount("waiting", waiting);
    checkCount("running", running);
    checkCount("maxAdapters", maxAdapters);
    checkCount("blockSizeTokens", blockSizeTokens);
    checkCount("blockCount", blockCount);
    if (!(kvUsage >= 0 && kvUsage <= 1)) {
      throw new IllegalArgumentException("kvUsage: " + kvUsage + " (expected: 0 to 1)");
    }
    if (plannedIntervalNanos < 0) {
      throw new IllegalArgumentException(
          "plannedIntervalNanos: " + plannedIntervalNanos + " (expected: >= 0)");
    }
    runningAdapters = Set.copyOf(runningAdapters);
    waitingAdapters = Set.copyOf(waitingAdapters);
  }

  /** Whether these are no numbers at all, but {@link #NEVER}. */
  @SuppressWarnings("ReferenceEquality") // a server may really answer nothing but zeros
  public boolean isNever() {
    return this == NEVER;
  }

  /**
   * Whether these numbers are too old to be believed: older than the threshold, and two planned
   * intervals have passed as well, so that scraping an idle pool less often never ages it.
   *
   * @param nowNanos ticker reading, in nanoseconds
   * @param thresholdNanos greatest age that is fresh in any case, in nanoseconds
   */
  public boolean isStale(long nowNanos, long thresholdNanos) {
    if (isNever()) {
      return true;
    }
    long age = nowNanos - updatedNanos;
    return age > thresholdNanos && age > 2 * plannedIntervalNanos;
  }

  private static void checkCount(String name, int count) {
    if (count < 0) {
      throw new IllegalArgumentException(name + ": " + count + " (expected: >= 0)");
    }
  }
}
