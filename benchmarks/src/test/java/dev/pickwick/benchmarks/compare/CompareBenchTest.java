package dev.pickwick.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pickwick.benchmarks.floor.Floor;
import dev.pickwick.benchmarks.floor.FloorKind;
import dev.pickwick.benchmarks.floor.FloorMain;
import dev.pickwick.benchmarks.machine.Program;
import io.grpc.InsecureServerCredentials;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CompareBenchTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void run_addressAgainstCommand_givesRatiosOfBoth() throws Exception {
    String command =
        Program.java(List.of(), FloorMain.class.getName(), List.of("echo", "--port={port}"))
            .stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    try (Floor floor =
        Floor.start(
            FloorKind.ECHO,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            InsecureServerCredentials.create())) {
      int status =
          run(
              "--a=127.0.0.1:" + floor.port(),
              "--a-pid=" + ProcessHandle.current().pid(),
              "--b=" + command,
              "--pairs=2",
              "--warmup=0",
              "--slice=0.2",
              "--json");
      assertThat(status).as(text(err)).isZero();
    }

    JsonNode result = new ObjectMapper().readTree(text(out));
    assertThat(result.findValuesAsText("name"))
        .contains("exchanges a second, a ÷ b", "cpu per request of b", "decision p99, a ÷ b");
    assertThat(result.at("/figures/2/values")).hasSize(2);
  }

  @Test
  void run_commandThatFails_tellsItsLastWords() throws Exception {
    assertThat(run("--a=sh -c 'echo no licence for {port}; exit 4'", "--b=x:1")).isEqualTo(1);
    assertThat(text(err)).contains("a ended with 4", "no licence for ");
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(run("--a=picker", "--b=x:1")).isEqualTo(2);
    assertThat(run("--a=x:1", "--b=run {port}", "--b-pid=3")).isEqualTo(2);
    assertThat(text(err))
        .contains("--a: \"picker\" (expected: host:port, or a command with {port})")
        .contains("--b-pid: 3 (expected: with an address only)");
  }

  @Test
  void words_quotedAndPlain_areSplitAsPeopleMeanThem() {
    assertThat(Rival.words("a 'b  c' \"d {port}\" {port1}{port2}", List.of(7, 8, 9)))
        .containsExactly("a", "b  c", "d 7", "89");
  }

  private int run(String... line) throws InterruptedException {
    return CompareBench.COMMAND.run(
        line,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
