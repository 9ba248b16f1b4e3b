package dev.pickwick.scheduler.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.scheduler.TestPool;
import org.junit.jupiter.api.Test;

class EndpointMetricsTest {

  private static final long MILLIS = TestPool.MILLIS;
  private static final long THRESHOLD = 200 * MILLIS;

  @Test
  void isStale_never_always() {
    assertThat(EndpointMetrics.NEVER.isStale(0, Long.MAX_VALUE)).isTrue();
  }

  @Test
  void isStale_atTheThreshold_notYet() {
    EndpointMetrics metrics = TestPool.metrics(0, 0, 0, 0);

    assertThat(metrics.isStale(200 * MILLIS, THRESHOLD)).isFalse();
    assertThat(metrics.isStale(200 * MILLIS + 1, THRESHOLD)).isTrue();
  }

  @Test
  void isStale_scrapedRarely_waitsForTwoPlannedIntervals() {
    EndpointMetrics metrics = planned(1000 * MILLIS);

    assertThat(metrics.isStale(2000 * MILLIS, THRESHOLD)).isFalse();
    assertThat(metrics.isStale(2000 * MILLIS + 1, THRESHOLD)).isTrue();
  }

  @Test
  void isNever_zerosOfARealServer_no() {
    assertThat(planned(0).isNever()).isFalse();
  }

  @Test
  void numbers_outOfRange_areRefused() {
    assertThatThrownBy(() -> TestPool.metrics(-1, 0, 0, 0)).hasMessageContaining("waiting: -1");
    assertThatThrownBy(() -> TestPool.metrics(0, -1, 0, 0)).hasMessageContaining("running: -1");
    assertThatThrownBy(() -> TestPool.metrics(0, 0, 1.01, 0)).hasMessageContaining("kvUsage: 1.01");
    assertThatThrownBy(() -> TestPool.metrics(0, 0, Double.NaN, 0)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> planned(-1)).hasMessageContaining("plannedIntervalNanos: -1");
  }

  private static EndpointMetrics planned(long intervalNanos) {
    EndpointMetrics zeros = EndpointMetrics.NEVER;
    return new EndpointMetrics(
        0, 0, 0, zeros.runningAdapters(), zeros.waitingAdapters(), 0, 0, 0, 0, 0, intervalNanos);
  }
}
