package dev.pickwick.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StalledStreamsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void run_short_countsExchangesWithAndWithoutStalledStreams() throws Exception {
    assertThat(run("--pairs=1", "--slice=700", "--json")).as(text(err)).isZero();

    JsonNode document = new ObjectMapper().readTree(text(out));
    assertThat(document.at("/pairs/0/with_stalled_per_second").asDouble()).isPositive();
    assertThat(document.at("/pairs/0/without_per_second").asDouble()).isPositive();
    assertThat(document.get("median").asDouble()).isPositive();
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(run("--pairs=0")).isEqualTo(2);
    assertThat(run("--colour")).isEqualTo(2);
    assertThat(text(err))
        .contains("--pairs: 0 (expected: > 0)")
        .contains("unknown option --colour");
    assertThat(run("--help")).isZero();
  }

  @Test
  void ratios_ofSeveral_areMedianAndEnds() {
    Ratios odd = Ratios.of(List.of(1.2, 0.8, 1.0));
    Ratios even = Ratios.of(List.of(0.9, 1.1, 1.0, 0.8));

    assertThat(odd).isEqualTo(new Ratios(1.0, 0.8, 1.2));
    assertThat(even.median()).isCloseTo(0.95, within(1e-9));
    assertThatThrownBy(() -> Ratios.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  private int run(String... line) throws InterruptedException {
    return StalledStreams.run(
        line,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
