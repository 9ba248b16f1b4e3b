package dev.pickwick.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.testbed.trace.Trace;
import dev.pickwick.testbed.trace.TraceRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
  @Test
  void millisAt_requestsOfOneTimeStamp_areSpreadUpToTheNext() {
    Replay replay =
        new Replay(new Trace(List.of(at(0), at(0), at(0), at(3000), at(6000), at(6000))), 1, 1);

    assertThat(replay.millisAt(0)).isZero();
    assertThat(replay.millisAt(1)).isEqualTo(1000);
    assertThat(replay.millisAt(2)).isEqualTo(2000);
    assertThat(replay.millisAt(3)).isEqualTo(3000);
    assertThat(replay.millisAt(4)).isEqualTo(6000);
    assertThat(replay.millisAt(5)).isEqualTo(6000);
  }

  private static TraceRequest at(long millis) {
    return new TraceRequest(millis, 512, 64, List.of(1));
  }
}
