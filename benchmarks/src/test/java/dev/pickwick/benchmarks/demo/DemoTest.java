package dev.pickwick.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
      assertThat(document.at("/" + way + "/failed").asInt()).isZero();
      assertThat(document.at("/" + way + "/pods")).hasSize(6);
    }
    double slow = document.at("/pickwick/pods/5/share").asDouble();
    assertThat(slow).isLessThan(1.0 / 6);
    assertThat(text(err)).contains("40 of 40 requests");
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
