package dev.pickwick.scheduler.load;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.Scorer;

/**
 * Prefers the endpoint with the most room in its KV cache.
 *
 * <p>The formula is {@code 1 - usage}. For example usages 0.9, 0.5, 0 become 0.1, 0.5, 1.
 */
public final class KvCacheUtilizationScorer implements Scorer {

  @Override
  public void score(InferenceRequest request, Candidates candidates, double[] scores) {
    int size = candidates.size();
    for (int i = 0; i < size; i++) {
      scores[i] = 1 - candidates.kvUsage(i);
    }
  }

  /** Makes the {@code kv-cache-utilization-scorer}; it has no parameters. */
  public static final class Factory implements PluginFactory {

    @Override
    public String type() {
      return "kv-cache-utilization-scorer";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new KvCacheUtilizationScorer();
    }
  }
}
