package dev.pickwick.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.Decision.Picked;
import dev.pickwick.scheduler.endpoint.Ticket;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Many requests between two scrapes: the herd must not run to whoever looked idle last. */
class BurstTest {

  private static final RandomGenerator CHANCE = () -> ThreadLocalRandom.current().nextLong();

  private final TestPool pool = TestPool.idle(10);

  @RepeatedTest(20)
  void burst_equalEndpoints_isSpreadEvenly() {
    Pass pass = scheduler(SchedulerOptions.DEFAULT).newPass();

    for (int i = 0; i < 100; i++) {
      ticket(pass);
    }

    assertThat(inFlight()).containsOnly(10);
  }

  @RepeatedTest(20)
  void burst_eightThreadsAtOnce_isSpreadEvenly() throws InterruptedException {
    Scheduler scheduler = scheduler(SchedulerOptions.DEFAULT);
    AtomicInteger left = new AtomicInteger(100);
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Pass pass = scheduler.newPass();
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (start.getCount() > 0) {
                      Thread.onSpinWait();
                    }
                    while (left.getAndDecrement() > 0) {
                      ticket(pass);
                    }
                  }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(inFlight()).containsOnly(10);
  }

  @Test
  void burst_scrapesThatCannotSeeIt_isSpreadEvenly() {
    Pass pass = scheduler(SchedulerOptions.DEFAULT).newPass();
    List<Ticket> tickets = new ArrayList<>();

    // Two requests a millisecond; each needs 50 ms to arrive, so no scrape sees any of them.
    for (int millis = 0; millis < 50; millis++) {
      if (millis % 20 == 0) {
        scrapeAll(0);
      }
      for (int i = 0; i < 2; i++) {
        Ticket ticket = ticket(pass);
        ticket.bodySent(pool.now());
        tickets.add(ticket);
      }
      pool.advanceMillis(1);
    }

    assertThat(inFlight()).containsOnly(10);
    assertThat(unscraped()).containsOnly(10);

    // All have arrived and been scraped: what we counted ourselves is forgotten.
    pool.advanceMillis(150);
    scrapeAll(10);
    assertThat(unscraped()).containsOnly(0);
    assertThat(pool.candidates().queue(0)).isEqualTo(10);
    tickets.forEach(Ticket::close);
    assertThat(inFlight()).containsOnly(0);
  }

  @RepeatedTest(5)
  void burst_oneEndpointHasAQueue_getsNoneUntilTheOthersLevelUp() {
    pool.scrape(0, 5, 0, 0);
    Pass pass = scheduler(SchedulerOptions.DEFAULT).newPass();

    for (int i = 0; i < 45; i++) {
      ticket(pass);
    }
    assertThat(inFlight()).containsExactly(0, 5, 5, 5, 5, 5, 5, 5, 5, 5);

    for (int i = 0; i < 10; i++) {
      ticket(pass);
    }
    assertThat(inFlight()).containsExactly(1, 6, 6, 6, 6, 6, 6, 6, 6, 6);
  }

  @Test
  void burst_unscrapedNotCounted_followsTheScrapedNumbersAlone() {
    for (int i = 1; i < 10; i++) {
      pool.scrape(i, 1, 0, 0);
    }
    Pass pass = scheduler(new SchedulerOptions(false, false)).newPass();

    for (int i = 0; i < 100; i++) {
      ticket(pass);
    }

    assertThat(inFlight()).containsExactly(100, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(unscraped()).containsOnly(0);
  }

  @Test
  void burst_newcomerJoins_doesNotGetTheHerd() {
    for (int i = 0; i < 10; i++) {
      pool.scrape(i, 3, 2, 0.4);
    }
    pool.store().replace(TestPool.specs(11));
    Pass pass = scheduler(SchedulerOptions.DEFAULT).newPass();

    for (int i = 0; i < 55; i++) {
      ticket(pass);
    }

    assertThat(pool.endpoint(10).inFlight()).isLessThanOrEqualTo(6);
  }

  private Scheduler scheduler(SchedulerOptions options) {
    return pool.scheduler(
        options,
        (Picker) pool.plugin("max-score-picker", CHANCE),
        (Scorer) pool.plugin("queue-scorer", CHANCE),
        (Scorer) pool.plugin("kv-cache-utilization-scorer", CHANCE));
  }

  private static Ticket ticket(Pass pass) {
    return ((Picked) pass.schedule(TestPool.request())).ticket();
  }

  private void scrapeAll(int waiting) {
    for (int i = 0; i < 10; i++) {
      pool.endpoint(i).scraped(TestPool.metrics(waiting, 0, 0, pool.now()));
    }
  }

  private List<Integer> inFlight() {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      counts.add(pool.endpoint(i).inFlight());
    }
    return counts;
  }

  private List<Integer> unscraped() {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      counts.add(pool.endpoint(i).unscraped());
    }
    return counts;
  }
}
