package dev.pickwick.scheduler.picker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.ScriptedRandom;
import dev.pickwick.scheduler.TestPool;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Picker;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickersTest {

  private static final int DRAWS = 30_000;

  @Test
  void maxScore_oneIsGreatest_picksIt() {
    assertThat(pick(new MaxScorePicker(1, noChance()), 0.1, 0.9, 0.5)).containsExactly(1);
    assertThat(pick(new MaxScorePicker(1, noChance()), -3, -1, -2)).containsExactly(1);
  }

  @Test
  void maxScore_ties_chanceDecidesAmongThem() {
    assertThat(pick(new MaxScorePicker(1, ScriptedRandom.integers(0)), 1, 2, 2)).containsExactly(1);
    assertThat(pick(new MaxScorePicker(1, ScriptedRandom.integers(1)), 1, 2, 2)).containsExactly(2);
    assertThat(pick(new MaxScorePicker(1, ScriptedRandom.integers(2)), 0, 0, 0)).containsExactly(2);
  }

  @Test
  void maxScore_ties_areFair() {
    Picker picker = new MaxScorePicker(1, new SplittableRandom(1));

    assertShares(picker, totals(3, 1, 3, 3), 1 / 3.0, 0, 1 / 3.0, 1 / 3.0);
  }

  @Test
  void maxScore_several_bestFirst() {
    assertThat(pick(new MaxScorePicker(2, noChance()), 0.1, 0.9, 0.5)).containsExactly(1, 2);
    assertThat(pick(new MaxScorePicker(9, noChance()), 0.1, 0.9, 0.5)).containsExactly(1, 2, 0);
  }

  @Test
  void maxScore_severalWithTies_everyOneOnce() {
    Picker picker = new MaxScorePicker(4, new SplittableRandom(2));
    for (int i = 0; i < 100; i++) {
      assertThat(pick(picker, 1, 1, 1, 1)).containsExactlyInAnyOrder(0, 1, 2, 3);
      assertThat(pick(picker, 1, 5, 1, 1)).startsWith(1).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }

  @Test
  void random_one_isWhatChanceSays() {
    assertThat(pick(new RandomPicker(1, ScriptedRandom.integers(2)), 9, 0, 0)).containsExactly(2);
  }

  @Test
  void random_any_isFairWhateverTheTotals() {
    double[] totals = totals(100, 0, -1, 5);

    assertShares(new RandomPicker(1, new SplittableRandom(3)), totals, 0.25, 0.25, 0.25, 0.25);
    assertShares(new RandomPicker(3, new SplittableRandom(3)), totals, 0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void random_several_areDifferent() {
    Picker picker = new RandomPicker(3, new SplittableRandom(4));
    for (int i = 0; i < 100; i++) {
      assertThat(pick(picker, 1, 2, 3, 4, 5)).hasSize(3).doesNotHaveDuplicates();
    }
    assertThat(pick(picker, 1, 2)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void weightedRandom_scripted_greatestKeyWins() {
    // Keys U^(1/total): 0.5^(1/1) = 0.5, 0.4^(1/2) = 0.63 and 0.9^(1/0.1) = 0.35.
    Picker picker = new WeightedRandomPicker(3, ScriptedRandom.fractions(0.5, 0.6, 0.1));

    assertThat(pick(picker, 1, 2, 0.1)).containsExactly(1, 0, 2);
  }

  @Test
  void weightedRandom_first_isInProportion() {
    Picker picker = new WeightedRandomPicker(1, new SplittableRandom(5));

    assertShares(picker, totals(3, 1, 0, 4), 3 / 8.0, 1 / 8.0, 0, 4 / 8.0);
  }

  @Test
  void weightedRandom_tinyTotals_stillInProportion() {
    Picker picker = new WeightedRandomPicker(1, new SplittableRandom(8));

    assertShares(picker, totals(3e-9, 1e-9, 0), 0.75, 0.25, 0);
  }

  @Test
  void weightedRandom_noPositive_allAlike() {
    Picker picker = new WeightedRandomPicker(1, new SplittableRandom(7));

    assertShares(picker, totals(0, -1, 0, 0), 0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void weightedRandom_severalWithZeroes_positiveOnesFirst() {
    Picker picker = new WeightedRandomPicker(4, new SplittableRandom(6));
    for (int i = 0; i < 100; i++) {
      int[] picked = pick(picker, 0, 0.2, -1, 0.8);
      assertThat(Arrays.copyOf(picked, 2)).containsExactlyInAnyOrder(1, 3);
      assertThat(picked).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-score-picker", "random-picker", "weighted-random-picker"})
  void factory_maxNumOfEndpoints_saysHowMany(String type) {
    assertThat(pick(built(type, Map.of()), 1, 2, 3)).hasSize(1);
    assertThat(pick(built(type, Map.of("maxNumOfEndpoints", 2)), 1, 2, 3)).hasSize(2);
    assertThat(pick(built(type, Map.of("maxnumofendpoints", 9)), 1, 2, 3)).hasSize(3);
    assertThat(pick(built(type, Map.of("maxNumOfEndpoints", 0)), 1, 2, 3)).hasSize(1);
    assertThat(pick(built(type, Map.of("maxNumOfEndpoints", -4)), 1, 2, 3)).hasSize(1);
    assertThat(pick(built(type, Map.of()), 7)).containsExactly(0);
  }

  private static Picker built(String type, Map<String, Object> values) {
    Parameters parameters = new Parameters("parameters", values);
    return (Picker) new TestPool(0).plugin(type, parameters, new SplittableRandom(9));
  }

  private static void assertShares(Picker picker, double[] totals, double... shares) {
    int[] counts = new int[totals.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[pick(picker, totals)[0]]++;
    }
    for (int i = 0; i < shares.length; i++) {
      assertThat(counts[i] / (double) DRAWS).isCloseTo(shares[i], within(0.02));
      assertThat(shares[i] == 0 && counts[i] > 0).isFalse();
    }
  }

  private static double[] totals(double... totals) {
    return totals;
  }

  private static int[] pick(Picker picker, double... totals) {
    Candidates candidates = new TestPool(totals.length).candidates();
    int[] chosen = new int[totals.length + 2];
    int count = picker.pick(candidates, totals.clone(), chosen);
    return Arrays.copyOf(chosen, count);
  }

  private static RandomGenerator noChance() {
    return ScriptedRandom.integers();
  }
}
