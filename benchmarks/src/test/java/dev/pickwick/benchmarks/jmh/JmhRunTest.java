package dev.pickwick.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is measured moves with what is done. */
class JmhRunTest {
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  @Test
  void wastedBytes_areSeen() {
    List<Measured> measured = run(0, 5, "0", "1024");

    assertThat(measured).extracting(Measured::benchmark).containsOnly("WastefulPickBenchmark.pick");
    assertThat(measured)
        .extracting(Measured::params)
        .containsExactly(Map.of("wasted", "0"), Map.of("wasted", "1024"));
    double moved = measured.get(1).bytesPerOp() - measured.get(0).bytesPerOp();
    assertThat(moved).isCloseTo(1024, within(32.0));
    assertThat(progress.toString(UTF_8).lines())
        .containsExactly(
            "WastefulPickBenchmark.pick wasted=0", "WastefulPickBenchmark.pick wasted=1024");
  }

  @Test
  void fork_hasTheClassPath() {
    Measured measured = run(1, 5, "1024").getFirst();

    assertThat(measured.unit()).isEqualTo("ns/op");
    assertThat(measured.score()).isPositive();
    // The ticket, the decision and the waste.
    assertThat(measured.bytesPerOp()).isCloseTo(40 + 24 + 1024, within(32.0));
  }

  @Test
  void failingBenchmark_tellsWhy() {
    assertThatThrownBy(() -> run(0, 1, "-1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("wasted: -1 (expected: >= 0)");
  }

  @Test
  void noSuchBenchmark_isRefused() {
    JmhRun none = new JmhRun("NoSuchBenchmark", Map.of(), 0, 0, 1, Duration.ofMillis(1));

    assertThatThrownBy(() -> none.run(new PrintStream(progress, true, UTF_8)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("NoSuchBenchmark");
  }

  private List<Measured> run(int forks, int iterations, String... wasted) {
    Map<String, List<String>> params = Map.of("wasted", List.of(wasted));
    Duration each = Duration.ofMillis(100);
    return new JmhRun("WastefulPickBenchmark.pick$", params, forks, 3, iterations, each)
        .run(new PrintStream(progress, true, UTF_8));
  }
}
