package dev.pickwick.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.benchmarks.machine.Machine;
import dev.pickwick.benchmarks.report.Goal.Source;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerformancePageTest {
  private static final Result PICK =
      new Result(
          "pick",
          "2026-01-02T03:04:05Z",
          "abc1234",
          new Machine(2, "a processor", "Linux 6.1", 24_000, "a JDK 25"),
          Map.of("forks", "2"),
          List.of(
              new Figure(
                  "pick of 100",
                  "ns",
                  List.of(1500.0, 1000.0),
                  Figure.of("flat loop", "ns", List.of(500.0, 500.0)))),
          List.of(
              Gate.atMost("garbage", 64, "B", 64),
              Gate.atMost("slope", 10, "ns", 14.3),
              Gate.notMeasured("8 threads", Gate.Bound.AT_MOST, 9, "ns", "one core only")),
          List.of("short forks"));
  private static final List<Goal> GOALS =
      List.of(
          new Goal("d1", "garbage a pick", "≤ 64 B", List.of(new Source("pick", "garbage")), ""),
          new Goal(
              "a3",
              "slope and garbage",
              "both",
              List.of(new Source("pick", "slope"), new Source("pick", "garbage")),
              ""),
          new Goal("a9", "threads", "≤ 9 ns", List.of(new Source("pick", "8 threads")), ""),
          new Goal("g1", "start", "≤ 2 s", List.of(new Source("start", "ready")), ""),
          new Goal("h1", "routing", "better", List.of(), "needs a simulation"));

  private final PerformancePage page = new PerformancePage(GOALS, List.of(PICK));

  @Test
  void fill_goals_tellsEachVerdict() {
    assertThat(page.fill("{{goals}}"))
        .contains("| d1 | garbage a pick | ≤ 64 B | 64 B | met |")
        .contains("| a3 | slope and garbage | both | 14.3 ns · 64 B | **missed** |")
        .contains("| a9 | threads | ≤ 9 ns | one core only | not measured |")
        .contains("| g1 | start | ≤ 2 s | `bench start` not run | not measured |")
        .contains("| h1 | routing | better | needs a simulation | not measured |")
        .endsWith("1 met, 1 missed, 3 not measured.");
  }

  @Test
  void fill_figures_showsRawAndScaledByYardstick() {
    assertThat(page.fill("before {{figures pick}} after"))
        .contains("Settings: forks 2.")
        .contains("| pick of 100 | 1,250 ns | 1,000 to 1,500 | flat loop: 500 ns | 2.50 |")
        .contains("* short forks")
        .startsWith("before ")
        .endsWith(" after");
    assertThat(page.fill("{{figures start}}")).isEqualTo("*Not measured yet.*");
  }

  @Test
  void fill_machine_saysWhereAndWhen() {
    assertThat(page.fill("{{machine}}"))
        .isEqualTo(
            "* 2 cores (a processor), 23 GiB, Linux 6.1, a JDK 25; commit abc1234, 2026-01-02");
    assertThat(new PerformancePage(GOALS, List.of()).fill("{{machine}}"))
        .isEqualTo("Nothing has been measured yet.");
  }

  @Test
  void fill_unknownPlace_isNamed() {
    assertThatThrownBy(() -> page.fill("{{weather}}")).hasMessageContaining("{{weather}}");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "64, 64",
    "0.0123, 0.012",
    "0.5, 0.50",
    "5.678, 5.68",
    "14.33, 14.3",
    "123.4, 123",
    "1234567.8, '1,234,568'",
    "NaN, NaN",
    "-0.25, -0.25"
  })
  void text_number_hasThreeDigits(double value, String text) {
    assertThat(Numbers.text(value)).isEqualTo(text);
  }

  @Test
  void goal_withoutMeasurementOrReason_isRefused() {
    assertThatThrownBy(() -> new Goal("x1", "q", "w", List.of(), ""))
        .hasMessageContaining("x1: neither measured nor told why not");
  }
}
