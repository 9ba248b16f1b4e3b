package dev.pickwick.benchmarks.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.benchmarks.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  private static final Result RESULT =
      new Result(
          "load",
          "2026-01-02T03:04:05Z",
          "abc1234",
          new Machine(2, "a processor", "Linux 6.1", 24_000, "a JDK 25"),
          Map.of("concurrency", "32"),
          List.of(
              new Figure(
                  "cpu per request",
                  "µs",
                  List.of(60.0, 61.5),
                  Figure.of("echo", "µs", List.of(40.0, 41.0)))),
          List.of(
              Gate.atMost("cpu ÷ echo", 2, "", 1.5),
              Gate.notMeasured("start", Gate.Bound.AT_MOST, 12, "s", "no control groups here")),
          List.of("client on the same cores"));

  @TempDir private Path directory;

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    Path file = ResultFile.write(directory.resolve("results"), RESULT);

    assertThat(file).hasFileName("load.json");
    assertThat(ResultFile.read(file)).isEqualTo(RESULT);
    assertThat(Files.readString(file)).contains("\"verdict\" : \"NOT_MEASURED\"");
  }

  @Test
  void readAll_directoryWithOtherFiles_readsResultsOnly() throws IOException {
    ResultFile.write(directory, RESULT);
    Files.writeString(directory.resolve("plot.svg"), "<svg/>");

    assertThat(ResultFile.readAll(directory)).containsExactly(RESULT);
    assertThat(ResultFile.readAll(directory.resolve("absent"))).isEmpty();
  }

  @Test
  void read_noResult_namesTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("broken.json"), "{\"bench\": 1");

    assertThatThrownBy(() -> ResultFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("broken.json: no result of a measurement");
  }

  @Test
  void missesNothing_withWhatWasNotMeasured_isTrue() {
    assertThat(RESULT.missesNothing()).isTrue();
    assertThat(RESULT.figure("cpu per request").median()).isEqualTo(60.75);
    assertThatThrownBy(() -> RESULT.figure("rate")).hasMessageContaining("[cpu per request]");
  }
}
