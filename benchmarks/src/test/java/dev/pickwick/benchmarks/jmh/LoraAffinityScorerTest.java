package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoraAffinityScorerTest {
  private static final String MINE = BenchmarkPool.MODEL;

  @Test
  void score_adapterRuns_isOne() {
    assertThat(score(Set.of(MINE, "a"), Set.of(), 2)).isEqualTo(1);
  }

  @Test
  void score_roomForAnother_isPointEight() {
    assertThat(score(Set.of("a"), Set.of(), 2)).isEqualTo(0.8);
  }

  @Test
  void score_waitedForAndFull_isPointSix() {
    assertThat(score(Set.of("a"), Set.of(MINE), 2)).isEqualTo(0.6);
  }

  @Test
  void score_full_isZero() {
    assertThat(score(Set.of("a", "b"), Set.of(), 2)).isZero();
  }

  @Test
  void score_noAdapters_isZero() {
    assertThat(score(Set.of(), Set.of(), 0)).isZero();
  }

  private static double score(Set<String> running, Set<String> waiting, int max) {
    BenchmarkPool pool =
        new BenchmarkPool(
            1,
            (random, now) ->
                new EndpointMetrics(0, 0, 0, running, waiting, max, 16, 100, now, now, 0));
    double[] scores = new double[1];
    Candidates candidates = Candidates.of(pool.store.snapshot(), 0);
    new LoraAffinityScorer().score(BenchmarkPool.request(1, 1), candidates, scores);
    return scores[0];
  }
}
