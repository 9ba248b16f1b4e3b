package dev.pickwick.scheduler.picker;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import java.util.random.RandomGenerator;

/** Picks the greatest total; among equal ones chance decides. */
public final class MaxScorePicker implements Picker {

  private final int count;
  private final RandomGenerator random;

  MaxScorePicker(int count, RandomGenerator random) {
    this.count = count;
    this.random = random;
  }

  @Override
  public int pick(Candidates candidates, double[] totals, int[] chosen) {
    return Best.of(totals, candidates.size(), count, chosen, random);
  }

  /** Makes the {@code max-score-picker}; {@code maxNumOfEndpoints} is how many it picks. */
  public static final class Factory implements PluginFactory {

    @Override
    public String type() {
      return "max-score-picker";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new MaxScorePicker(PickCount.of(parameters), context.random());
    }
  }
}
