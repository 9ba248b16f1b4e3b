package dev.pickwick.testbed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaveTest {

  @ParameterizedTest
  @CsvSource({
    "7,              0, 7",
    "ramp:10:0:5s,   1, 8",
    "ramp:10:0:5s,   9, 0",
    "rampreset:0:10:5s, 6, 2",
    "squarewave:1:3:2s, 0.5, 1",
    "squarewave:1:3:2s, 1.5, 3",
    "oscillate:0:10:4s, 2, 10",
    "oscillate:0:10:4s, 4, 0",
  })
  void at_secondsLater_isOnTheCurve(String text, double seconds, double value) {
    assertThat(Wave.parse(text).at((long) (seconds * 1e9))).isCloseTo(value, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "ramp:1:2", "ramp:1:2:5", "jump:1:2:5s", "ramp:a:2:5s"})
  void parse_somethingElse_saysWhatIsExpected(String text) {
    assertThatThrownBy(() -> Wave.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("forced value: \"" + text + '"');
  }

  @Test
  void durations_unitsAreRead() {
    assertThat(Durations.parse("250us").toNanos()).isEqualTo(250_000);
    assertThat(Durations.parse("1.5s").toMillis()).isEqualTo(1500);
    assertThatThrownBy(() -> Durations.parse("5")).hasMessageContaining("\"5\"");
  }
}
