package dev.pickwick.epp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.StopSequence.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopSequenceTest {
  private final List<String> stopped = new ArrayList<>();
  private final StopSequence sequence = new StopSequence();

  @Test
  void run_partsOfAllSteps_goStepByStepAndLatestFirst() {
    add(Step.RELEASE, "gauges");
    add(Step.RELEASE, "scraper");
    add(Step.DRAIN, "server");
    add(Step.RELEASE, "endpoints");
    add(Step.WITHDRAW, "health port");
    add(Step.ANNOUNCE, "health answer");
    add(Step.WITHDRAW, "metrics page");

    sequence.run(Duration.ofSeconds(7));

    assertThat(stopped)
        .containsExactly(
            "health answer 7",
            "server 7",
            "endpoints 7",
            "scraper 7",
            "gauges 7",
            "metrics page 7",
            "health port 7");
  }

  @Test
  void run_twice_stopsOnce() {
    add(Step.DRAIN, "server");
    sequence.run(Duration.ZERO);
    sequence.run(Duration.ZERO);

    assertThat(stopped).hasSize(1);
  }

  @Test
  void run_partThatFails_doesNotKeepTheOthers() {
    add(Step.RELEASE, "scraper");
    sequence.add(
        Step.DRAIN,
        _ -> {
          throw new IllegalStateException("cannot");
        });
    add(Step.WITHDRAW, "health port");

    sequence.run(Duration.ZERO);

    assertThat(stopped).containsExactly("scraper 0", "health port 0");
  }

  @Test
  void run_interrupted_stopsTheRestAndStaysInterrupted() {
    sequence.add(
        Step.DRAIN,
        _ -> {
          throw new InterruptedException();
        });
    add(Step.WITHDRAW, "health port");

    sequence.run(Duration.ZERO);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stopped).containsExactly("health port 0");
  }

  private void add(Step step, String name) {
    sequence.add(step, grace -> stopped.add(name + " " + grace.toSeconds()));
  }
}
