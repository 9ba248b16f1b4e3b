package dev.pickwick.scheduler.picker;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import java.util.random.RandomGenerator;

/**
 * Picks by chance, in proportion to the totals, without putting back.
 *
 * <p>Each candidate draws {@code U^(1/total)}, with {@code U} even in (0, 1], and the greatest wins
 * (Efraimidis and Spirakis, A-Res); we compare the logarithms, {@code ln(U) / total}. Totals that
 * are not positive come after all others; without a positive one all are alike. For example totals
 * 3, 1, 0 are picked first with chances 3/4, 1/4, 0.
 */
public final class WeightedRandomPicker implements Picker {

  private final int count;
  private final RandomGenerator random;

  WeightedRandomPicker(int count, RandomGenerator random) {
    this.count = count;
    this.random = random;
  }

  @Override
  public int pick(Candidates candidates, double[] totals, int[] chosen) {
    int size = candidates.size();
    boolean anyPositive = false;
    for (int i = 0; i < size; i++) {
      if (totals[i] > 0) {
        anyPositive = true;
        totals[i] = Math.log(1 - random.nextDouble()) / totals[i];
      } else {
        totals[i] = Double.NEGATIVE_INFINITY;
      }
    }
    return anyPositive
        ? Best.of(totals, size, count, chosen, random)
        : RandomPicker.pick(size, count, chosen, random);
  }

  /** Makes the {@code weighted-random-picker}; {@code maxNumOfEndpoints} is how many it picks. */
  public static final class Factory implements PluginFactory {

    @Override
    public String type() {
      return "weighted-random-picker";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new WeightedRandomPicker(PickCount.of(parameters), context.random());
    }
  }
}
