package dev.pickwick.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void summary_oddAndEvenNumberOfValues_isMiddleAndEnds() {
    Figure odd = Figure.of("time", "ms", List.of(9.0, 1.0, 2.0));
    Figure even = Figure.of("time", "ms", List.of(4.0, 1.0, 2.0, 3.0));

    assertThat(odd.median()).isEqualTo(2);
    assertThat(odd.least()).isEqualTo(1);
    assertThat(odd.greatest()).isEqualTo(9);
    assertThat(even.median()).isEqualTo(2.5);
  }

  @Test
  void scaled_machineTwiceAsSlowInTheSecondSlice_saysTheSame() {
    Figure yardstick = Figure.of("flat loop", "ns", List.of(10.0, 20.0));

    assertThat(new Figure("pick", "ns", List.of(30.0, 60.0), yardstick).scaled())
        .contains(new Figure("pick ÷ flat loop", "", List.of(3.0, 3.0), null));
    assertThat(Figure.of("pick", "ns", 30).scaled()).isEmpty();
  }

  @Test
  void figure_withoutValuesOrWithAnUnevenYardstick_isRefused() {
    Figure one = Figure.of("echo", "ms", 1);

    assertThatThrownBy(() -> Figure.of("pick", "ns", List.of()))
        .hasMessage("pick: no values (expected: at least one)");
    assertThatThrownBy(() -> new Figure("pick", "ns", List.of(1.0, 2.0), one))
        .hasMessage("values of echo: 1 (expected: 2, one per value of pick)");
    assertThatThrownBy(() -> Figure.of("pick", "ns", List.of(1.0, 2.0)).dividedBy(one))
        .hasMessage("values: 2 and 1 (expected: as many)");
  }
}
