package dev.pickwick.scheduler.picker;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import java.util.random.RandomGenerator;

/** Picks any candidate, whatever the totals. */
public final class RandomPicker implements Picker {

  private final int count;
  private final RandomGenerator random;

  RandomPicker(int count, RandomGenerator random) {
    this.count = count;
    this.random = random;
  }

  @Override
  public int pick(Candidates candidates, double[] totals, int[] chosen) {
    return pick(candidates.size(), count, chosen, random);
  }

  /** Deals the first {@code wanted} cards of a shuffled deck of {@code size}. */
  static int pick(int size, int wanted, int[] chosen, RandomGenerator random) {
    if (wanted == 1 || size == 1) {
      chosen[0] = size == 1 ? 0 : random.nextInt(size);
      return 1;
    }
    for (int i = 0; i < size; i++) {
      chosen[i] = i;
    }
    int count = Math.min(wanted, size);
    for (int place = 0; place < count; place++) {
      int from = place + random.nextInt(size - place);
      int card = chosen[from];
      chosen[from] = chosen[place];
      chosen[place] = card;
    }
    return count;
  }

  /** Makes the {@code random-picker}; {@code maxNumOfEndpoints} is how many it picks. */
  public static final class Factory implements PluginFactory {

    @Override
    public String type() {
      return "random-picker";
    }

    @Override
    public Plugin create(String name, Parameters parameters, PluginContext context) {
      return new RandomPicker(PickCount.of(parameters), context.random());
    }
  }
}
