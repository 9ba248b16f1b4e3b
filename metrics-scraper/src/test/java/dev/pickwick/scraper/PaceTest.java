package dev.pickwick.scraper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the next scrape is due; base 50, greatest interval 1000, phase 7. */
class PaceTest {
  private final Pace pace = new Pace(50, 1_000, 7, 1_000);

  @Test
  void newEndpoint_isDueAtOnce() {
    assertThat(pace.isDue(1_000)).isTrue();
  }

  @Test
  void afterTheFirst_phaseOfTheEndpointIsKept() {
    pace.succeeded(1_000, 1_001, 1, true);
    // 1007 is the first reading after 1000 with remainder 7.
    assertDue(1_007);
    pace.succeeded(1_009, 1_010, 1, true);
    assertDue(1_057);
    pace.succeeded(1_057, 1_058, 1, true);
    assertDue(1_107);
  }

  @Test
  void active_staysAtTheBaseInterval() {
    scrapes(20, true);
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void nothingMoves_intervalDoublesUpToTheGreatest() {
    assertIntervals(false, 100, 200, 400, 800, 1_000, 1_000);
  }

  @Test
  void somethingMoves_baseIntervalAtOnce() {
    scrapes(6, false);
    scrapes(1, true);
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void failing_intervalDoublesUpToTheGreatest() {
    for (long expected : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
      pace.failed(2_000, 2_001);
      assertThat(pace.interval()).isEqualTo(expected);
    }
  }

  @Test
  void failing_chargesDoNotHurry() {
    pace.failed(1_000, 1_001);
    pace.failed(1_100, 1_101);
    pace.charged(1_102);
    assertThat(pace.interval()).isEqualTo(200);
  }

  @Test
  void failedThenAnsweringAndActive_baseIntervalAtOnce() {
    pace.failed(1_000, 1_001);
    pace.failed(1_100, 1_101);
    pace.succeeded(1_300, 1_301, 1, true);
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void idleThenCharged_isDueAtTheNextPhase() {
    long now = scrapes(6, false);
    pace.charged(now + 1);
    assertThat(pace.interval()).isEqualTo(50);
    long next = now + 1;
    while (!pace.isDue(next)) {
      next++;
    }
    assertThat(next - now).isLessThanOrEqualTo(51);
    assertThat(next % 50).isEqualTo(7);
  }

  @Test
  void slowServer_isAskedEveryFourthOfItsTimesAtMost() {
    long now = scrapes(20, true, 60);
    // Four times 57, to which whole numbers smooth 60, is 228: five base intervals.
    assertThat(pace.interval()).isEqualTo(250);
    pace.charged(now + 61);
    assertThat(pace.interval()).isEqualTo(250);
  }

  @Test
  void verySlowServer_isAskedAtTheGreatestInterval() {
    scrapes(20, true, 900);
    assertThat(pace.interval()).isEqualTo(1_000);
  }

  @Test
  void firstScrape_connectingIsNotSlowness() {
    pace.succeeded(1_000, 1_900, 900, true);
    assertThat(pace.interval()).isEqualTo(50);
    pace.succeeded(1_957, 1_958, 1, true);
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void fastAnswerOfASlowServer_baseIntervalAtOnce() {
    scrapes(20, true, 900);
    scrapes(1, true, 2);
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void timeThatWasNotTheServers_isNotItsSlowness() {
    scrapes(3, true);
    pace.succeeded(2_000, 2_900, 3, true);
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void oneSlowAnswer_isSmoothed() {
    scrapes(1, true);
    pace.succeeded(2_000, 2_040, 40, true);
    // A fourth of 40 on top of nothing: 10, four times that is within the base interval.
    assertThat(pace.interval()).isEqualTo(50);
  }

  @Test
  void lateScrape_plannedOnesInBetweenAreLeftOut() {
    pace.succeeded(1_000, 1_001, 1, true);
    pace.succeeded(1_500, 1_501, 1, true);
    assertDue(1_507);
  }

  @Test
  void negativeReadings_areReadingsToo() {
    var early = new Pace(50, 1_000, 7, -1_000);
    assertThat(early.isDue(-1_001)).isFalse();
    assertThat(early.isDue(-1_000)).isTrue();
    early.succeeded(-1_000, -999, 1, true);
    assertThat(early.isDue(-994)).isFalse();
    assertThat(early.isDue(-993)).isTrue();
  }

  private void assertDue(long at) {
    assertThat(pace.isDue(at - 1)).isFalse();
    assertThat(pace.isDue(at)).isTrue();
  }

  private void assertIntervals(boolean active, long... expected) {
    for (long interval : expected) {
      scrapes(1, active);
      assertThat(pace.interval()).isEqualTo(interval);
    }
  }

  private long now = 1_000;

  /** Scrapes when due, each taking no time; returns when the last one was. */
  private long scrapes(int count, boolean active) {
    return scrapes(count, active, 0);
  }

  private long scrapes(int count, boolean active, long taken) {
    for (int i = 0; i < count; i++) {
      while (!pace.isDue(now)) {
        now++;
      }
      pace.succeeded(now, now + taken, taken, active);
    }
    return now;
  }
}
