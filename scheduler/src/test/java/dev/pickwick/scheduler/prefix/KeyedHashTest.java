package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
  private static final int KEYS = 4096;

  @Test
  void of_keysMadeToOrder_spreadAsIfByChance() {
    // Of 4,096 keys thrown into 4,096 slots by chance the fullest gets about seven.
    assertThat(fullest(i -> i << 32)).as("equal low bits").isLessThan(16);
    assertThat(fullest(i -> i << 20 | 62)).as("equal low and high bits").isLessThan(16);
    assertThat(fullest(i -> i << 52)).as("equal but for the highest").isLessThan(16);
    assertThat(fullest(i -> i)).as("neighbours").isLessThan(16);
    assertThat(fullest(i -> i * 4096)).as("one slot apart, as it were").isLessThan(16);
    assertThat(fullest(i -> i * 0xF1DE_83E1_9937_733DL)).as("the factor undone").isLessThan(16);
    assertThat(fullest(i -> ~i)).as("the greatest").isLessThan(16);
  }

  @Test
  void of_anotherSecret_isAnotherPlace() {
    SplittableRandom random = new SplittableRandom(5);
    int same = 0;
    for (int i = 0; i < KEYS; i++) {
      long key = random.nextLong();
      if (slot(KeyedHash.of(key, 0x1234_5678_9abc_def1L))
          == slot(KeyedHash.of(key, 0x0fed_cba9_8765_4321L))) {
        same++;
      }
    }

    assertThat(same).isLessThan(16);
  }

  /** How many of the keys share a slot at worst, over some secrets. */
  private static int fullest(LongUnaryOperator key) {
    int fullest = 0;
    SplittableRandom secrets = new SplittableRandom(3);
    for (int s = 0; s < 20; s++) {
      long secret = secrets.nextLong();
      int[] inSlot = new int[KEYS];
      for (long i = 1; i <= KEYS; i++) {
        inSlot[slot(KeyedHash.of(key.applyAsLong(i), secret))]++;
      }
      fullest = Math.max(fullest, Arrays.stream(inSlot).max().orElse(0));
    }
    return fullest;
  }

  private static int slot(long hash) {
    return (int) hash & (KEYS - 1);
  }
}
