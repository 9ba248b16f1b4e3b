package dev.pickwick.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.machine.Machine;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.benchmarks.result.ResultFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportBenchTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);

  @Test
  void run_keptResults_becomeThePage() throws Exception {
    ResultFile.write(
        directory,
        new Result(
            "events",
            "2026-01-02T03:04:05Z",
            "abc1234",
            new Machine(2, "a processor", "Linux 6.1", 24_000, "a JDK 25"),
            Map.of(),
            List.of(Figure.of("cpu per streamed event", "µs", 2.5)),
            List.of(Gate.atMost("cpu per streamed event", 5, "µs", 2.5)),
            List.of()));
    Path page = directory.resolve("page.md");

    int status =
        ReportBench.run(new String[] {"--results=" + directory, "--page=" + page}, print, print);

    assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(Files.readString(page))
        .contains("| b7 | processor time per streamed event | ≤ 5 µs (first planned: 10 µs) |")
        .contains("| 2.50 µs | met |")
        .contains("| processor time per streamed event | 14 µs | 2.50 µs | 3.5 µs |")
        .contains("*Not measured yet.*")
        .doesNotContain("{{");
  }

  @Test
  void run_nothingKept_saysWhatToDo() {
    assertThat(ReportBench.run(new String[] {"--results=" + directory}, print, print)).isEqualTo(1);
    assertThat(ReportBench.run(new String[] {"--colour"}, print, print)).isEqualTo(2);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("no results (run bench all --full first)")
        .contains("unknown option --colour");
  }
}
