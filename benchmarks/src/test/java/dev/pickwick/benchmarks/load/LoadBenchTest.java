package dev.pickwick.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pickwick.benchmarks.load.ScriptedPicker.Mistake;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadBenchTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void run_short_writesResultPageAndPicture() throws Exception {
    Path page = directory.resolve("load.md");
    Path picture = directory.resolve("load.svg");
    try (ScriptedPicker picker = new ScriptedPicker(Mistake.NONE)) {
      int status =
          run(
              "--target=" + picker.target(),
              "--duration=0.3",
              "--warmup=0",
              "--response-chunks=3",
              "--pid=" + ProcessHandle.current().pid(),
              "--markdown=" + page,
              "--svg=" + picture,
              "--json");
      assertThat(status).as(text(err)).isZero();
    }

    JsonNode result = new ObjectMapper().readTree(text(out));
    assertThat(result.findValuesAsText("name"))
        .contains(
            "exchanges a second",
            "last body byte to destination, p99",
            "whole exchange, max",
            "most on one endpoint ÷ mean",
            "cpu per request",
            "peak resident memory");
    assertThat(result.at("/figures/0/values")).hasSize(4);
    assertThat(result.at("/figures/0/yardstick/values")).hasSize(4);
    assertThat(Files.readString(page)).contains("| exchanges a second |", "10.0.0.1:8000");
    assertThat(Files.readString(picture)).contains("last body byte to destination", "99.99 %");
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile());
  }

  @Test
  void run_failedExchanges_areAFailure() throws Exception {
    try (ScriptedPicker picker = new ScriptedPicker(Mistake.REFUSES)) {
      assertThat(
              run(
                  "--target=" + picker.target(),
                  "--duration=0.1",
                  "--warmup=0",
                  "--yardstick=none"))
          .isEqualTo(1);
    }
    assertThat(text(err)).contains("no exchange ended well: {immediate response 429=");
  }

  @Test
  void run_processThatIsNotThere_isToldBeforeAnythingIsSent() throws Exception {
    assertThat(run("--target=127.0.0.1:1", "--pid=2000000000")).isEqualTo(1);
    assertThat(text(err)).contains("--pid: 2000000000 (expected: a process of this machine)");
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--target=nowhere")).isEqualTo(2);
    assertThat(run("--target=a:1", "--rate=-1")).isEqualTo(2);
    assertThat(run("--target=a:1", "--warmup=-1")).isEqualTo(2);
    assertThat(run("--target=a:1", "--yardstick=gold")).isEqualTo(2);
    assertThat(text(err))
        .contains("--yardstick: \"gold\" (expected: echo, noop or none)")
        .contains("--target: \"\" (expected: host:port of a picker)")
        .contains("--target: \"nowhere\"")
        .contains("rate: -1.0 (expected: >= 0)")
        .contains("--warmup: -1.0 (expected: >= 0)");
    assertThat(run("--help")).isZero();
    assertThat(text(out)).contains("Usage: bench load");
  }

  private int run(String... line) throws InterruptedException {
    return LoadBench.COMMAND.run(
        line,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
