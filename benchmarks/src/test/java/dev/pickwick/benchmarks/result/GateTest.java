package dev.pickwick.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.benchmarks.result.Gate.Bound;
import dev.pickwick.benchmarks.result.Gate.Verdict;
import org.junit.jupiter.api.Test;

class GateTest {
  @Test
  void verdict_valueAtBesideAndBeyondTheLimit_isTold() {
    assertThat(Gate.atMost("garbage", 64, "B", 64).verdict()).isEqualTo(Verdict.MET);
    assertThat(Gate.atMost("garbage", 64, "B", 64.1).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(Gate.atLeast("rate", 0.6, "", 0.6).verdict()).isEqualTo(Verdict.MET);
    assertThat(Gate.atLeast("rate", 0.6, "", 0.5).verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void verdict_noNumber_isMissed() {
    assertThat(Gate.atMost("garbage", 64, "B", Double.NaN).verdict()).isEqualTo(Verdict.MISSED);
  }

  @Test
  void verdict_nothingMeasured_isNeitherMetNorMissed() {
    Gate gate = Gate.notMeasured("start", Bound.AT_MOST, 12, "s", "no control groups here");

    assertThat(gate.verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThatThrownBy(() -> new Gate("start", Bound.AT_MOST, 12, "s", null, null))
        .hasMessageContaining("start: either a value or a reason");
  }
}
