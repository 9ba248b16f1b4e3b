package dev.pickwick.benchmarks.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.command.CommandRun;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.epp.Main;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBenchTest {

  @Test
  void run_short_yieldsACompleteResult() throws Exception {
    CommandRun run =
        CommandRun.of(
            MemoryBench.COMMAND,
            "--pods=3",
            "--entries=100",
            "--duration=0.5",
            "--sampled",
            "--json");

    assertThat(run.status()).as(run.err()).isZero();
    Result result = run.result();
    assertThat(result.figure("peak memory, index at 256 MiB").median()).isPositive();
    assertThat(result.figure("prefix index entries, index at 256 MiB").median())
        .isGreaterThanOrEqualTo(100);
    assertThat(result.figure("requests a second, bodies at 512 MiB").median()).isPositive();
    assertThat(result.gates()).hasSize(5);
    assertThat(gate(result, "killed for its memory, bodies at 512 MiB"))
        .isEqualTo(Gate.Verdict.MET);
    assertThat(result.remarks()).allMatch(remark -> remark.contains("every 50 ms (--sampled)"));
  }

  /** With a control group where one can be created, and without. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void measure_processBeyondItsLimit_isReportedAsKilled(boolean sampled) throws Exception {
    MemoryBench.Setup setup =
        new MemoryBench.Setup(List.of(Scenario.INDEX), 1, 100, Duration.ofSeconds(1), 0, sampled);

    Result result =
        MemoryBench.measure(
            setup,
            (_, _) -> {
              throw new AssertionError("there is nobody to send to");
            },
            Hog.class,
            new PrintStream(OutputStream.nullOutputStream()));

    assertThat(gate(result, "killed for its memory, index at 256 MiB"))
        .isEqualTo(Gate.Verdict.MISSED);
    assertThat(result.missesNothing()).isFalse();
  }

  @Test
  void measure_lessTrafficThanWanted_doesNotCountAsMet() throws Exception {
    MemoryBench.Setup setup =
        new MemoryBench.Setup(List.of(Scenario.INDEX), 1, 0, Duration.ofSeconds(1), 0, true);

    Result result =
        MemoryBench.measure(
            setup,
            (_, _) -> new Traffic.Outcome(10, 0),
            Main.class,
            new PrintStream(OutputStream.nullOutputStream()));

    assertThat(gate(result, "peak memory, index at 256 MiB")).isEqualTo(Gate.Verdict.NOT_MEASURED);
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(CommandRun.of(MemoryBench.COMMAND, "--scenario=all").err())
        .contains("--scenario: \"all\" (expected: index, bodies or both)");
    assertThat(CommandRun.of(MemoryBench.COMMAND, "--duration=-1").status()).isEqualTo(2);
  }

  private static Gate.Verdict gate(Result result, String name) {
    return result.gates().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .verdict();
  }

  /** Takes more and more memory beside the heap. */
  static final class Hog {
    private static final long STEP_BYTES = 4 << 20;

    public static void main(String[] args) throws Exception {
      for (int i = 0; i < 1_000; i++) {
        MemorySegment taken = Arena.global().allocate(STEP_BYTES);
        taken.fill((byte) 1);
      }
      Thread.currentThread().join();
    }
  }
}
