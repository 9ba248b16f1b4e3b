package dev.pickwick.scheduler.prefix;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.Scorer;

/**
 * Prefers endpoints that hold much of the prompt: blocks held ÷ blocks of the prompt, 0 when the
 * prompt has none; {@code prefix-cache-scorer}. For example 8, 2 and 0 of 10 blocks are 0.8, 0.2
 * and 0.
 *
 * <p>Formula: Gateway API Inference Extension v1.5.0, scorer prefix.
 */
final class PrefixCacheScorer implements Scorer {

  @Override
  public void score(InferenceRequest request, Candidates candidates, double[] scores) {
    int total = candidates.prefixTotal();
    if (total == 0) {
      return;
    }
    for (int i = 0; i < candidates.size(); i++) {
      scores[i] = (double) candidates.prefixBlocks(i) / total;
    }
  }

  /** Makes the scorer; its parameters are the producer's. */
  public static final class Factory implements PluginFactory {
    @Override
    public String type() {
      return "prefix-cache-scorer";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new PrefixCacheScorer();
    }
  }
}
