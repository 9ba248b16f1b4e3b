package dev.pickwick.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void run_shortAndAsJson_answersEveryRequestBothWays() throws Exception {
    int status = run("--json", "--port=0", "--requests=40", "--speed=4");

    assertThat(status).as(text(err)).isZero();
    JsonNode document = new ObjectMapper().readTree(text(out));
    for (String way : new String[] {"pickwick", "round_robin"}) {
      assertThat(document.at("/" + way + "/sent").asInt()).isEqualTo(40);
      assertThat(document.at("/" + way + "/answered").asInt()).isEqualTo(40);
      assertThat(document.at("/" + way + "/failed").asInt()).isZero();
      assertThat(document.at("/" + way + "/pods")).hasSize(6);
    }
    double slow = document.at("/pickwick/pods/5/share").asDouble();
    assertThat(slow).isLessThan(1.0 / 6);
    assertThat(text(err)).contains("40 of 40 requests");
    assertThat(text(err).lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void outcome_aRequestWithoutAnswer_isNotComplete() {
    assertThat(outcome(40, 40, 0).isComplete()).isTrue();
    assertThat(outcome(40, 39, 0).isComplete()).isFalse();
    assertThat(outcome(40, 39, 1).isComplete()).isFalse();
    assertThat(outcome(-1, 40, 0).isComplete()).isFalse();
  }

  @Test
  void stopped_whileItStaysUp_leavesNoFileBehind(@TempDir Path directory) throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.pickwick.benchmarks.Main",
                "demo",
                "--port=0",
                "--requests=1",
                "--speed=9")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = demo.inputReader()) {
      String line = said.readLine();
      while (line != null && !line.startsWith("Ctrl-C")) {
        assertThat(line).hasSizeLessThanOrEqualTo(80);
        line = said.readLine();
      }
      assertThat(line).isNotNull();
      assertThat(leftIn(directory)).isNotEmpty();
    } finally {
      demo.destroy();
    }
    demo.waitFor();

    assertThat(leftIn(directory)).isEmpty();
  }

  @Test
  void run_portTaken_saysSo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(run("--json", "--requests=1", "--port=" + taken.getLocalPort())).isEqualTo(1);
      assertThat(text(err)).contains("127.0.0.1").contains("" + taken.getLocalPort());
    }
  }

  @Test
  void run_help_isOkAndUnknownOptionIsNot() throws Exception {
    assertThat(run("--help")).isZero();
    assertThat(text(out)).contains("--duration");
    assertThat(run("--colour")).isEqualTo(2);
    assertThat(text(err)).contains("unknown option --colour");
  }

  private static Outcome outcome(int sent, int answered, int failed) {
    return new Outcome("way", sent, answered, failed, List.of(), 1, 1, 1, 0, List.of());
  }

  private static List<Path> leftIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("pickwick-demo"))
          .toList();
    }
  }

  private int run(String... line) throws InterruptedException {
    return Demo.run(
        line,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
