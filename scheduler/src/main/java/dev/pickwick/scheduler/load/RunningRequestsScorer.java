package dev.pickwick.scheduler.load;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.Scorer;

/** Prefers the endpoint whose model server works on the fewest requests. */
public final class RunningRequestsScorer implements Scorer {

  @Override
  public void score(InferenceRequest request, Candidates candidates, double[] scores) {
    int size = candidates.size();
    int min = Integer.MAX_VALUE;
    int max = 0;
    for (int i = 0; i < size; i++) {
      int count = candidates.running(i);
      min = Math.min(min, count);
      max = Math.max(max, count);
    }
    for (int i = 0; i < size; i++) {
      scores[i] = Fewest.score(candidates.running(i), min, max);
    }
  }

  /** Makes the {@code running-requests-size-scorer}; it has no parameters. */
  public static final class Factory implements PluginFactory {

    @Override
    public String type() {
      return "running-requests-size-scorer";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new RunningRequestsScorer();
    }
  }
}
