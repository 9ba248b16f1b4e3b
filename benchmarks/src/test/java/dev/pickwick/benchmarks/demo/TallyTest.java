package dev.pickwick.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {
  @Test
  void quantile_ofTenValues_isTheValueAtItsRank() {
    List<Double> values = List.of(10.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);

    assertThat(Tally.quantile(values, 0.5)).isEqualTo(5);
    assertThat(Tally.quantile(values, 0.9)).isEqualTo(9);
    assertThat(Tally.quantile(values, 1)).isEqualTo(10);
    assertThat(Tally.quantile(List.of(7.0), 0.01)).isEqualTo(7);
    assertThat(Tally.quantile(List.of(), 0.5)).isNaN();
  }

  @Test
  void share_countsAnswersOnly() {
    Tally tally = new Tally(2);
    tally.answered(0, 10);
    tally.answered(0, 20);
    tally.answered(1, 30);
    tally.failed("why");

    assertThat(tally.share(0)).isEqualTo(2.0 / 3);
    assertThat(tally.done()).isEqualTo(4);
    assertThat(tally.failed()).isEqualTo(1);
    assertThat(tally.failures()).containsExactly("why");
    assertThat(tally.firstToken(0.5)).isEqualTo(20);
  }

  @Test
  void failed_often_keepsTheFirstReasons() {
    Tally tally = new Tally(1);
    for (int i = 0; i < 100; i++) {
      tally.failed("reason " + i);
    }

    assertThat(tally.failed()).isEqualTo(100);
    assertThat(tally.failures()).hasSize(5).startsWith("reason 0");
  }
}
