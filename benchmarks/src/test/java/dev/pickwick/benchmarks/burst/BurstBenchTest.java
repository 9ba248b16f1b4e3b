package dev.pickwick.benchmarks.burst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pickwick.benchmarks.command.CommandRun;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BurstBenchTest {
  private static final String BY_CHANCE =
      """
      apiVersion: inference.networking.x-k8s.io/v1alpha1
      kind: EndpointPickerConfig
      plugins:
      - type: random-picker
      schedulingProfiles:
      - name: default
        plugins:
        - pluginRef: random-picker
      """;

  @TempDir private Path directory;

  @Test
  void run_defaultProfile_isExactlyEven() throws Exception {
    CommandRun run =
        CommandRun.of(BurstBench.COMMAND, "--sizes=50,200", "--rounds=2", "--gate", "--json");

    assertThat(run.status()).as(run.err() + run.out()).isZero();
    Result result = run.result();
    assertThat(result.figure("most ÷ mean at 50 at once").values()).containsExactly(1.0, 1.0);
    assertThat(result.figure("most ÷ mean at 200 at once").values()).containsExactly(1.0, 1.0);
    assertThat(result.gates()).extracting(Gate::verdict).containsOnly(Gate.Verdict.MET);
  }

  /** By chance, 200 requests over 10 endpoints are exactly even once in 10^13 times. */
  @Test
  void run_pickerThatGoesByChance_isSeenToBeUneven() throws Exception {
    Path config = Files.writeString(directory.resolve("by-chance.yaml"), BY_CHANCE);

    CommandRun run =
        CommandRun.of(
            BurstBench.COMMAND,
            "--sizes=200",
            "--rounds=1",
            "--config=" + config,
            "--gate",
            "--json");

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.result().figure("most ÷ mean at 200 at once").median()).isGreaterThan(1);
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(CommandRun.of(BurstBench.COMMAND, "--sizes=100,0").err())
        .contains("--sizes: \"100,0\" (expected: whole numbers > 0, with commas between)");
    assertThat(CommandRun.of(BurstBench.COMMAND, "--sizes=many").status()).isEqualTo(2);
    assertThat(CommandRun.of(BurstBench.COMMAND, "--config=/absent").status()).isEqualTo(2);
  }

  @Test
  void spread_endpointsWithoutAny_countInTheMean() {
    assertThat(BurstBench.spread(Map.of("a", 10), 10, 10)).isEqualTo(10);
    assertThat(BurstBench.spread(Map.of("a", 6, "b", 4), 10, 2)).isCloseTo(1.2, within(1e-9));
  }
}
