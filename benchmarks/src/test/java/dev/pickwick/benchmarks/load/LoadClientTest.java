package dev.pickwick.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.benchmarks.load.ScriptedPicker.Mistake;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadClientTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void run_rightPicker_countsExchangesAndDestinations() throws Exception {
    try (ScriptedPicker picker = new ScriptedPicker(Mistake.NONE);
        LoadClient client =
            LoadClient.connect(
                LoadOptions.closed(picker.target(), 6, 40_000).withResponseChunks(5))) {
      LoadFigures figures = client.run(SHORT);

      assertThat(figures.errors()).isEmpty();
      assertThat(figures.requests()).isGreaterThanOrEqualTo(6);
      assertThat(figures.destinations()).isEqualTo(Map.of("10.0.0.1:8000", figures.requests()));
      assertThat(figures.wholeNanos().getTotalCount()).isEqualTo(figures.requests());
      assertThat(figures.decisionNanos().getTotalCount()).isEqualTo(figures.requests());
      assertThat(figures.decisionMillis(50)).isLessThanOrEqualTo(figures.wholeMillis(100));
      assertThat(figures.perSecond()).isPositive();

      assertThat(client.run(SHORT).errors()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSES, immediate response 429",
    "ENDS_EARLY, stream ended without destination",
    "BREAKS_OFF, stream ended INTERNAL",
    "NAMES_NOBODY, headers reply without destination",
    "ALTERS_THE_BODY, request body altered",
    "CUTS_THE_BODY_OFF, request body cut off",
    "ANSWERS_THE_BODY_FIRST, reply out of turn",
    "ANSWERS_HEADERS_TWICE, headers answered twice",
    "ALTERS_THE_RESPONSE, response altered"
  })
  void run_wrongPicker_saysWhatIsWrong(Mistake mistake, String error) throws Exception {
    try (ScriptedPicker picker = new ScriptedPicker(mistake);
        LoadClient client = LoadClient.connect(LoadOptions.closed(picker.target(), 2, 1024))) {
      LoadFigures figures = client.run(Duration.ofMillis(50));

      assertThat(figures.errors()).containsOnlyKeys(error);
      assertThat(figures.failed()).isPositive();
      assertThat(figures.requests()).isZero();
    }
  }

  @Test
  void run_pickerThatNeverEnds_isGivenUp() throws Exception {
    try (ScriptedPicker picker = new ScriptedPicker(Mistake.NEVER_ENDS);
        LoadClient client =
            LoadClient.connect(
                LoadOptions.closed(picker.target(), 3, 1024), Duration.ofMillis(100))) {
      LoadFigures figures = client.run(SHORT);

      assertThat(figures.errors()).isEqualTo(Map.of("no end in time", 3L));
    }
  }

  /** Two at once against a picker that never ends: what falls due later can only wait. */
  @Test
  void run_atARate_countsFromWhenItWasDue() throws Exception {
    try (ScriptedPicker picker = new ScriptedPicker(Mistake.NEVER_ENDS);
        LoadClient client =
            LoadClient.connect(
                LoadOptions.closed(picker.target(), 2, 1024).withRate(100),
                Duration.ofMillis(100))) {
      LoadFigures figures = client.run(Duration.ofMillis(500));

      assertThat(figures.errors()).containsEntry("no end in time", 2L);
      assertThat(figures.errors().get("not begun in time")).isBetween(40L, 48L);
    }
  }

  @Test
  void run_atARate_beginsAsManyAsFellDue() throws Exception {
    try (ScriptedPicker picker = new ScriptedPicker(Mistake.NONE);
        LoadClient client =
            LoadClient.connect(LoadOptions.closed(picker.target(), 8, 1024).withRate(200))) {
      LoadFigures figures = client.run(Duration.ofMillis(500));

      assertThat(figures.errors()).isEmpty();
      assertThat(figures.requests()).isBetween(96L, 104L);
    }
  }

  @Test
  void connect_nobodyThere_saysSo() {
    assertThatThrownBy(() -> LoadClient.connect(LoadOptions.closed("127.0.0.1:1", 1, 1024)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:1: cannot be reached");
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> LoadOptions.closed("x:1", 0, 1024))
        .hasMessage("concurrency: 0 (expected: >= 1)");
    assertThatThrownBy(() -> LoadOptions.closed("x:1", 1, 20))
        .hasMessageStartingWith("body-bytes: 20 (expected: >= ");
    assertThatThrownBy(() -> LoadOptions.closed("x:1", 1, 1024).withRate(Double.NaN))
        .hasMessage("rate: NaN (expected: >= 0)");
  }
}
