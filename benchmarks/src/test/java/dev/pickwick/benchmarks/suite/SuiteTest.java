package dev.pickwick.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.command.Command.Measurement;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);

  @Test
  void run_gateMissed_countsWhereItIsGatedOnly() throws Exception {
    assertThat(run(new Step("pick", measured("pick", 65), true)))
        .containsExactly("bench pick missed: garbage");
    assertThat(run(new Step("pick", measured("pick", 65), false))).isEmpty();
    assertThat(run(new Step("pick", measured("pick", 64), true))).isEmpty();
  }

  @Test
  void run_stepThatFails_isToldAndTheNextRuns() throws Exception {
    Measurement failing =
        progress -> {
          throw new IOException("exchanges failed: {response altered=3}");
        };

    List<String> problems =
        run(new Step("load", failing, false), new Step("pick", measured("pick", 1), true));

    assertThat(problems)
        .containsExactly("bench load failed: exchanges failed: {response altered=3}");
    assertThat(directory.resolve("pick.json")).exists();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("== 2 of 2: bench pick");
  }

  @Test
  void all_withoutChoice_explainsItself() throws Exception {
    assertThat(AllBench.run(new String[0], print, print)).isEqualTo(2);
    assertThat(AllBench.run(new String[] {"--quick", "--full"}, print, print)).isEqualTo(2);
    assertThat(AllBench.run(new String[] {"--help"}, print, print)).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("either --quick or --full is needed", "Exit status");
  }

  private List<String> run(Step... steps) throws InterruptedException {
    return new Suite(List.of(steps), directory, print, print).run();
  }

  private static Measurement measured(String bench, double bytes) {
    return _ ->
        Results.now(
            bench,
            Map.of(),
            List.of(Figure.of("garbage", "B", bytes)),
            List.of(Gate.atMost("garbage", 64, "B", bytes)),
            List.of());
  }
}
