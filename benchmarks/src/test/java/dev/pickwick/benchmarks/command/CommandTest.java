package dev.pickwick.benchmarks.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandTest {
  @Test
  void run_measured_showsFiguresGatesAndRemarks() throws Exception {
    CommandRun run = CommandRun.of(measuring(Gate.atMost("time", 2, "s", 1.5)));

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            time: 1.50 s (1 to 2); echo: 0.500 s, 3 times that
            met: time, at most 2 s
              on a slow machine
            """);
    assertThat(run.err()).isEqualTo("measuring ...\n");
  }

  @Test
  void run_gateMissed_isAFailureOnlyWhenAsked() throws Exception {
    Command command = measuring(Gate.atLeast("rate", 800, "/s", 12));

    assertThat(CommandRun.of(command).status()).isZero();
    CommandRun gated = CommandRun.of(command, "--gate");
    assertThat(gated.status()).isEqualTo(3);
    assertThat(gated.out()).contains("MISSED: rate, 12 /s (wanted: at least 800 /s)");
  }

  @Test
  void run_notMeasured_saysWhyAndMissesNothing() throws Exception {
    Gate gate = Gate.notMeasured("time", Gate.Bound.AT_MOST, 12, "s", "no quota here");

    CommandRun run = CommandRun.of(measuring(gate), "--gate");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("not measured: time, at most 12 s: no quota here");
  }

  @Test
  void run_json_isTheResult() throws Exception {
    assertThat(CommandRun.of(measuring(Gate.atMost("time", 2, "s", 1)), "--json").result())
        .extracting(Result::bench)
        .isEqualTo("nap");
  }

  @Test
  void run_badOptionsHelpAndFailures_haveTheirStatus() throws Exception {
    Command command = measuring(Gate.atMost("time", 2, "s", 1));

    assertThat(CommandRun.of(command, "--colour"))
        .isEqualTo(new CommandRun(2, "", "bench nap: unknown option --colour\nhow to nap\n"));
    assertThat(CommandRun.of(command, "--length=0").err())
        .startsWith("bench nap: --length: 0 (expected: >= 1)");
    assertThat(CommandRun.of(command, "--help")).isEqualTo(new CommandRun(0, "how to nap\n", ""));
    Command failing =
        new Command(
            "nap",
            "",
            Set.of(),
            Set.of(),
            _ ->
                _ -> {
                  throw new IOException("no bed");
                });
    assertThat(CommandRun.of(failing)).isEqualTo(new CommandRun(1, "", "bench nap: no bed\n"));
  }

  private static Command measuring(Gate gate) {
    Figure echo = Figure.of("echo", "s", List.of(1 / 3.0, 2 / 3.0));
    Figure time = new Figure("time", "s", List.of(1.0, 2.0), echo);
    return new Command(
        "nap",
        "how to nap\n",
        Set.of("length"),
        Set.of(),
        arguments -> {
          Options.positive(arguments, "length", 1);
          return progress -> {
            progress.println("measuring ...");
            return Results.now(
                "nap", Map.of(), List.of(time), List.of(gate), List.of("on a slow machine"));
          };
        });
  }
}
