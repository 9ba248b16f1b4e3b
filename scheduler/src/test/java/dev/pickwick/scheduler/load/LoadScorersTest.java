package dev.pickwick.scheduler.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.pickwick.scheduler.TestPool;
import dev.pickwick.scheduler.spi.Scorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadScorersTest {

  private final TestPool pool = new TestPool(3);

  @ParameterizedTest
  @CsvSource({
    "10, 5, 0,  0, 0.5, 1",
    "0, 5, 10,  1, 0.5, 0",
    "7, 7, 7,   1, 1, 1",
    "0, 0, 0,   1, 1, 1",
    "0, 0, 1,   1, 1, 0",
    "3, 0, 12,  0.75, 1, 0",
    "2147483647, 0, 0,  0, 1, 1",
  })
  void queueAndRunning_theFewestIsTheBest(
      int a, int b, int c, double scoreA, double scoreB, double scoreC) {
    scrape(a, b, c);
    assertThat(scores(new QueueScorer())).containsExactly(scoreA, scoreB, scoreC);

    pool.scrape(0, 0, a, 0);
    pool.scrape(1, 0, b, 0);
    pool.scrape(2, 0, c, 0);
    assertThat(scores(new RunningRequestsScorer())).containsExactly(scoreA, scoreB, scoreC);
  }

  @Test
  void queue_unscrapedRequests_countAsWaiting() {
    scrape(1, 1, 1);
    pool.charge(0);
    pool.charge(0);
    pool.charge(1);

    assertThat(scores(new QueueScorer())).containsExactly(0, 0.5, 1);
  }

  @ParameterizedTest
  @CsvSource({"0.9, 0.5, 0,  0.1, 0.5, 1", "1, 1, 1,  0, 0, 0", "0, 0, 0,  1, 1, 1"})
  void kvCache_theEmptiestIsTheBest(
      double a, double b, double c, double scoreA, double scoreB, double scoreC) {
    pool.scrape(0, 0, 0, a);
    pool.scrape(1, 0, 0, b);
    pool.scrape(2, 0, 0, c);

    assertThat(scores(new KvCacheUtilizationScorer()))
        .containsExactly(new double[] {scoreA, scoreB, scoreC}, offset(1e-12));
  }

  private void scrape(int a, int b, int c) {
    pool.scrape(0, a, 0, 0);
    pool.scrape(1, b, 0, 0);
    pool.scrape(2, c, 0, 0);
  }

  private double[] scores(Scorer scorer) {
    double[] scores = new double[3];
    scorer.score(TestPool.request(), pool.candidates(), scores);
    return scores;
  }
}
