package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.spi.Scorer;

/**
 * Prefers endpoints that have the request's adapter loaded: 1 where it runs, 0.8 where another one
 * still fits, 0.6 where requests wait for it, else 0. For example, with room for two, {mine}, {a}
 * and {a, b} score 1, 0.8 and 0.
 *
 * <p>Formula: Gateway API Inference Extension v1.5.0, {@code lora-affinity-scorer}. What it reads
 * has no column, so it visits every endpoint and its metrics, as a third party's scorer would.
 */
final class LoraAffinityScorer implements Scorer {

  @Override
  public void score(InferenceRequest request, Candidates candidates, double[] scores) {
    String adapter = request.model();
    for (int i = 0; i < candidates.size(); i++) {
      scores[i] = score(candidates.metrics(i), adapter);
    }
  }

  private static double score(EndpointMetrics metrics, String adapter) {
    if (metrics.runningAdapters().contains(adapter)) {
      return 1;
    }
    int taken = metrics.runningAdapters().size() + metrics.waitingAdapters().size();
    if (taken < metrics.maxAdapters()) {
      return 0.8;
    }
    return metrics.waitingAdapters().contains(adapter) ? 0.6 : 0;
  }
}
