package dev.pickwick.benchmarks.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.epp.Main;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Each measurement once, as short as it can be: that it is whole, not what it says. */
class CostBenchesTest {
  private static final Pace ONCE = new Pace(1, 0, Duration.ofMillis(300));
  private final PrintStream nowhere =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  @Test
  void throughput_short_isWhole() throws Exception {
    Result result = ThroughputBench.measure(ONCE, Main.class, nowhere);

    assertThat(result.gates())
        .extracting(Gate::name)
        .containsExactly(
            "exchanges a second ÷ no-op at 1 KB",
            "exchanges a second ÷ no-op at 4 KB",
            "decision p99 at half the rate ÷ no-op");
    assertThat(result.figure("decision p99 at half the rate").scaled()).isPresent();
    Figure rate = result.figure("exchanges a second at 1 KB");
    assertThat(rate.median()).isPositive();
    assertThat(rate.scaled()).isPresent();
  }

  @Test
  void events_short_areWhole() throws Exception {
    Result result = EventBench.measure(ONCE, Main.class, nowhere);

    assertThat(result.figure("cpu per streamed event").median()).isPositive();
    assertThat(result.gates()).hasSize(1);
  }

  @Test
  void bodies_short_areWhole() throws Exception {
    Result result = BodyBench.measure(ONCE, Main.class, nowhere);

    assertThat(result.gates())
        .extracting(Gate::name)
        .containsExactly(
            "cpu per request ÷ echo at 40 KB",
            "cpu per request ÷ echo at 400 KB",
            "cpu per request ÷ echo at 4 MB",
            "last byte to decision, 4 MB minus 4 KB");
  }

  /** Every request more that allocates shows: here a body 1,000 times as long. */
  @Test
  void allocation_largerBodies_showAsGarbage() throws Exception {
    Result result =
        AllocationBench.measure(Duration.ofMillis(500), Duration.ofMillis(500), true, nowhere);

    assertThat(result.figure("garbage per request at 4 MB").median())
        .isGreaterThan(4 << 20)
        .isLessThan(7 << 20);
    assertThat(result.figure("garbage per request at 4 KB").median())
        .isGreaterThan(4 << 10)
        .isLessThan(1 << 20);
  }
}
