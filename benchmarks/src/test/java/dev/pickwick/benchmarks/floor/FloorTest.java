package dev.pickwick.benchmarks.floor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import io.grpc.InsecureServerCredentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloorTest {
  private static final Duration SHORT = Duration.ofMillis(150);

  /** The client compares every byte, so this tells that they come back. */
  @ParameterizedTest
  @CsvSource({"1024, 16384, 1", "200000, 150000, 30", "5000, 100, 0"})
  void echo_bodies_comeBack(int bodyBytes, int chunkBytes, int events) throws Exception {
    try (Floor floor = start(FloorKind.ECHO)) {
      LoadOptions load =
          new LoadOptions(
              "127.0.0.1:" + floor.port(), false, 2, 4, 0, bodyBytes, chunkBytes, events, 0, true);
      try (LoadClient client = LoadClient.connect(load)) {
        LoadFigures figures = client.run(SHORT);
        assertThat(figures.errors()).isEmpty();
        assertThat(figures.destinations()).containsOnlyKeys(Floor.DESTINATION);
      }
    }
  }

  @Test
  void noop_givesNothingBack() throws Exception {
    try (Floor floor = start(FloorKind.NOOP)) {
      LoadOptions load = LoadOptions.closed("127.0.0.1:" + floor.port(), 2, 1024);
      try (LoadClient strict = LoadClient.connect(load);
          LoadClient lenient = LoadClient.connect(load.withNothingGivenBack())) {
        assertThat(strict.run(SHORT).errors()).containsOnlyKeys("request body cut off");
        assertThat(lenient.run(SHORT).errors()).isEmpty();
      }
    }
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);

    assertThat(FloorMain.run(new String[0], print, print)).isEqualTo(2);
    assertThat(FloorMain.run(new String[] {"echo", "--port=70000"}, print, print)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("nothing (expected: noop or echo)")
        .contains("--port: 70000 (expected: 0 to 65535)");
  }

  private static Floor start(FloorKind kind) throws IOException {
    return Floor.start(
        kind,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        InsecureServerCredentials.create());
  }
}
