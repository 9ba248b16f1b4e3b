package dev.pickwick.benchmarks.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.command.CommandRun;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.epp.Main;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StartBenchTest {
  private static final long EXTRA_MILLIS = 300;

  /** Java machines archive classes of jars alone, and tests run from directories. */
  @Test
  void run_short_yieldsAResultThatSaysWhyThereIsNoCache() throws Exception {
    CommandRun run =
        CommandRun.of(StartBench.COMMAND, "--runs=1", "--pods=3", "--quota-runs=0", "--json");

    assertThat(run.status()).as(run.err()).isZero();
    Result result = run.result();
    assertThat(result.bench()).isEqualTo("start");
    assertThat(result.figure("start to ready without a cache").median()).isPositive();
    assertThat(result.figure("cpu to ready without a cache").median()).isPositive();
    assertThat(result.figure("memory when ready without a cache").median()).isPositive();
    assertThat(result.settings()).containsEntry("api-server", "fake");
    assertThat(result.gates())
        .hasSize(4)
        .allSatisfy(
            gate -> {
              assertThat(gate.verdict()).isEqualTo(Gate.Verdict.NOT_MEASURED);
              assertThat(gate.reason()).contains("the Java machine made no AOT cache: ");
            });
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(CommandRun.of(StartBench.COMMAND, "--quota=0").err())
        .contains("--quota: 0.0 (expected: > 0)");
    assertThat(CommandRun.of(StartBench.COMMAND, "--quota-runs=-1").status()).isEqualTo(2);
  }

  /** Whatever a start takes, one that sleeps 300 ms longer than that takes it. */
  @Test
  void measure_startThatNeedsLonger_movesTheFigureByAtLeastThat() throws Exception {
    double sound = measure(UnaryOperator.identity());
    long millis = Math.round(sound * 1e3) + EXTRA_MILLIS;

    double late =
        measure(
            setup ->
                setup
                    .running(LatePicker.class)
                    .withVariable(LatePicker.DELAY_MILLIS, Long.toString(millis)));

    assertThat(late).isGreaterThanOrEqualTo(sound + EXTRA_MILLIS / 1e3 - 0.001);
  }

  private static double measure(UnaryOperator<PickerSetup> change) throws Exception {
    StartBench.Setup setup = new StartBench.Setup(1, 3, 0.2, 0, Duration.ZERO, false);
    return StartBench.measure(setup, change, new PrintStream(OutputStream.nullOutputStream()))
        .figure("start to ready without a cache")
        .median();
  }

  /** The picker, which sleeps for a while before it starts. */
  static final class LatePicker {
    static final String DELAY_MILLIS = "DELAY_MILLIS";

    public static void main(String[] flags) throws Exception {
      TimeUnit.MILLISECONDS.sleep(Long.parseLong(System.getenv().get(DELAY_MILLIS)));
      Main.main(flags);
    }
  }
}
