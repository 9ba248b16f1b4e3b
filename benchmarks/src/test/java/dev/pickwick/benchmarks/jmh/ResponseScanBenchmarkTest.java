package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.body.Usage;
import org.junit.jupiter.api.Test;

/** Events pass, their usage is read, their model's name restored. */
class ResponseScanBenchmarkTest {
  private static final int EVENT = ResponseScanBenchmark.EVENT.length;
  private final ResponseScanBenchmark benchmark = new ResponseScanBenchmark();

  @Test
  void event_passesWhole() {
    assertThat(benchmark.event()).isEqualTo(EVENT);
    assertThat(benchmark.event()).isEqualTo(2L * EVENT);
  }

  @Test
  void usageEvent_isRead() {
    assertThat(benchmark.usageEvent()).isEqualTo(ResponseScanBenchmark.USAGE_EVENT.length);
    assertThat(benchmark.reading.usage()).isEqualTo(new Usage(1234, 56, 1290, 1024));
  }

  @Test
  void restoredEvent_isShorterByTheName() {
    int shorter = "meta-llama/Llama-3.1-8B-Instruct".length() - "llama".length();

    assertThat(benchmark.restoredEvent()).isEqualTo(EVENT - shorter);
  }

  @Test
  void copy_isTheEvent() {
    assertThat(benchmark.copy()).isEqualTo(ResponseScanBenchmark.EVENT);
  }
}
