package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeadTableTest {
  private final HeadTable heads = new HeadTable(12345);

  @Test
  void add_endpoints_setsTheirBitsInTheirGroups() {
    heads.add(7, 0);
    heads.add(7, 63);
    heads.add(7, 64);

    assertThat(heads.holders(7, 0)).isEqualTo(1L | 1L << 63);
    assertThat(heads.holders(7, 1)).isEqualTo(1L);
    assertThat(heads.holders(7, 2)).isZero();
    assertThat(heads.holders(8, 0)).isZero();
  }

  @Test
  void remove_theLastHolder_freesTheSlot() {
    heads.add(7, 3);
    heads.add(7, 4);
    heads.remove(7, 3);
    assertThat(heads.holders(7, 0)).isEqualTo(1L << 4);
    assertThat(heads.size()).isEqualTo(1);

    heads.remove(7, 4);
    heads.remove(7, 4);
    assertThat(heads.holders(7, 0)).isZero();
    assertThat(heads.size()).isZero();
  }

  @Test
  void randomOperations_agreeWithAMap() {
    SplittableRandom random = new SplittableRandom(11);
    Map<Long, Long> oracle = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long hash = random.nextInt(4000) * 0x1_0001L;
      int number = random.nextInt(64);
      if (random.nextInt(3) > 0) {
        heads.add(hash, number);
        oracle.merge(hash, 1L << number, (a, b) -> a | b);
      } else {
        heads.remove(hash, number);
        oracle.computeIfPresent(
            hash, (_, bits) -> (bits & ~(1L << number)) == 0 ? null : bits & ~(1L << number));
      }
      assertThat(heads.holders(hash, 0)).isEqualTo(oracle.getOrDefault(hash, 0L));
    }
    assertThat(heads.size()).isEqualTo(oracle.size());
  }
}
