package dev.pickwick.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CandidatesTest {

  @Test
  void capture_scraped_hasItsNumbers() {
    TestPool pool = new TestPool(2);
    pool.scrape(0, 3, 2, 0.25);
    pool.scrape(1, 0, 1, 0.5);
    pool.charge(0);

    Candidates candidates = pool.candidates();

    assertThat(candidates.size()).isEqualTo(2);
    assertThat(candidates.endpoint(0)).isSameAs(pool.endpoint(0));
    assertThat(candidates.queue(0)).isEqualTo(4);
    assertThat(candidates.running(0)).isEqualTo(2);
    assertThat(candidates.kvUsage(0)).isEqualTo(0.25);
    assertThat(candidates.inFlight(0)).isEqualTo(1);
    assertThat(candidates.metrics(0).waiting()).isEqualTo(3);
    assertThat(candidates.queue(1)).isZero();
    assertThat(candidates.prefixTotal()).isZero();
  }

  @Test
  void capture_newcomer_countsAsAverageWithItsOwn() {
    TestPool pool = new TestPool(3);
    pool.scrape(0, 4, 6, 0.2);
    pool.scrape(1, 2, 2, 0.6);
    pool.charge(0);
    pool.charge(1);
    pool.charge(2);

    Candidates candidates = pool.candidates();

    assertThat(candidates.queue(2)).isEqualTo(5);
    assertThat(candidates.running(2)).isEqualTo(4);
    assertThat(candidates.kvUsage(2)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void capture_newcomerWithUnevenAverage_isRoundedUp() {
    TestPool pool = new TestPool(3);
    pool.scrape(0, 1, 0, 0);
    pool.scrape(1, 0, 0, 0);

    assertThat(pool.candidates().queue(2)).isEqualTo(1);
  }

  @Test
  void capture_hugeQueue_staysHuge() {
    TestPool pool = new TestPool(2);
    pool.scrape(0, Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
    pool.charge(0);
    pool.charge(1);

    assertThat(pool.candidates().queue(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(pool.candidates().running(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(pool.candidates().queue(1)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void capture_neverScrapedForASecond_hasOnlyItsOwn() {
    TestPool pool = new TestPool(2);
    pool.scrape(0, 4, 6, 0.2);
    pool.charge(1);

    pool.advanceMillis(999);
    assertThat(pool.candidates().queue(1)).isEqualTo(5);
    pool.advanceMillis(1);

    assertThat(pool.candidates().queue(1)).isEqualTo(1);
    assertThat(pool.candidates().running(1)).isZero();
    assertThat(pool.candidates().kvUsage(1)).isZero();
  }

  @Test
  void capture_cameBackAndNeverAnswers_hasAllInFlightAsItsQueueAfterASecond() {
    TestPool pool = returnedWithScrapedRequests();

    assertThat(pool.candidates().queue(1)).as("an average newcomer").isEqualTo(4 + 1);
    pool.advanceMillis(1000);

    assertThat(pool.candidates().inFlight(1)).isEqualTo(6);
    assertThat(pool.candidates().queue(1)).isEqualTo(6);
    assertThat(pool.candidates().running(1)).isZero();
  }

  @Test
  void capture_cameBackWhereUnscrapedDoNotCount_hasOnlyWhatCountsAnyway() {
    TestPool pool = returnedWithScrapedRequests();
    pool.advanceMillis(1000);
    Candidates candidates = new Candidates(pool.store().snapshot(), false);

    candidates.capture(pool.store().snapshot(), null, pool.now());

    assertThat(candidates.queue(1)).isEqualTo(1);
  }

  /**
   * Pod 0 with a queue of 4; pod 1 just back, with five requests a scrape saw and one it did not.
   */
  private static TestPool returnedWithScrapedRequests() {
    TestPool pool = new TestPool(2);
    for (int i = 0; i < 5; i++) {
      pool.charge(1).bodySent(pool.now());
    }
    pool.advanceMillis(5000);
    pool.scrape(0, 4, 0, 0);
    pool.scrape(1, 5, 0, 0);
    assertThat(pool.endpoint(1).unscraped()).isZero();
    pool.charge(1);
    pool.store().replace(TestPool.specs(1));
    pool.store().replace(TestPool.specs(2));
    return pool;
  }

  @Test
  void capture_answeredWithinTheSecond_hasItsNumbers() {
    TestPool pool = new TestPool(2);
    pool.scrape(0, 4, 6, 0.2);
    pool.scrape(1, 1, 0, 0);

    assertThat(pool.candidates().queue(1)).isEqualTo(1);
  }

  @Test
  void capture_oldNeverScraped_doesNotLowerTheAverage() {
    TestPool pool = new TestPool(2);
    pool.advanceMillis(2000);
    pool.scrape(0, 4, 0, 0);
    pool.store().replace(TestPool.specs(3));

    assertThat(pool.candidates().queue(1)).isZero();
    assertThat(pool.candidates().queue(2)).isEqualTo(4);
  }

  @Test
  void capture_nobodyScraped_hasOnlyOwnCounts() {
    TestPool pool = new TestPool(2);
    pool.charge(1);

    assertThat(pool.candidates().queue(0)).isZero();
    assertThat(pool.candidates().queue(1)).isEqualTo(1);
  }

  @Test
  void retainIf_keepsAllColumnsTogether() {
    TestPool pool = new TestPool(4);
    for (int i = 0; i < 4; i++) {
      pool.scrape(i, i, 10 + i, i / 10.0);
    }
    pool.charge(3);
    Candidates candidates = pool.candidates();
    candidates.setPrefixTotal(9);
    for (int i = 0; i < 4; i++) {
      candidates.setPrefixBlocks(i, i * 2);
    }

    candidates.retainIf(i -> i % 2 == 1);

    assertThat(candidates.size()).isEqualTo(2);
    assertThat(candidates.endpoint(1)).isSameAs(pool.endpoint(3));
    assertThat(candidates.queue(0)).isEqualTo(1);
    assertThat(candidates.queue(1)).isEqualTo(4);
    assertThat(candidates.running(1)).isEqualTo(13);
    assertThat(candidates.kvUsage(1)).isEqualTo(0.3);
    assertThat(candidates.inFlight(1)).isEqualTo(1);
    assertThat(candidates.prefixBlocks(0)).isEqualTo(2);
    assertThat(candidates.prefixBlocks(1)).isEqualTo(6);
    assertThat(candidates.prefixTotal()).isEqualTo(9);
  }

  @Test
  void retainIf_severalTimes_leavesWhatPassedEachTime() {
    Candidates candidates = TestPool.idle(12).candidates();

    candidates.retainIf(i -> true);
    candidates.retainIf(i -> candidates.number(i) % 2 == 0);
    candidates.retainIf(i -> candidates.number(i) % 3 == 0);

    assertThat(candidates.size()).isEqualTo(2);
    assertThat(candidates.number(0)).isZero();
    assertThat(candidates.number(1)).isEqualTo(6);
    assertThat(candidates.endpoint(1).number()).isEqualTo(6);
  }

  @Test
  void retainIf_predicateThrows_keepsAll() {
    Candidates candidates = TestPool.idle(3).candidates();

    assertThatThrownBy(
            () ->
                candidates.retainIf(
                    i -> {
                      if (i == 1) {
                        throw new IllegalStateException("no idea");
                      }
                      return false;
                    }))
        .hasMessage("no idea");

    assertThat(candidates.size()).isEqualTo(3);
  }
}
