package dev.pickwick.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoOptionsTest {
  @Test
  void of_nothing_staysUpOnPort8080() {
    DemoOptions options = parse();

    assertThat(options.port()).isEqualTo(8080);
    assertThat(options.ends()).isFalse();
    assertThat(options.json()).isFalse();
  }

  @Test
  void of_duration_boundsTheReplayAndEnds() {
    assertThat(parse("--duration", "20s").duration()).contains(Duration.ofSeconds(20));
    assertThat(parse("--duration=20s").ends()).isTrue();
    assertThat(parse("--json").ends()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port=70000",
        "--port=many",
        "--requests=0",
        "--requests=99999",
        "--speed=0",
        "--speed=NaN",
        "--duration=0",
        "--duration=soon",
        "--colour=red",
        "word"
      })
  void of_badValues_nameTheOption(String argument) {
    String name = argument.replaceFirst("=.*", "").replace("--", "");

    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name.equals("duration") ? "" : name);
  }

  private static DemoOptions parse(String... line) {
    return DemoOptions.of(DemoOptions.arguments(line));
  }
}
