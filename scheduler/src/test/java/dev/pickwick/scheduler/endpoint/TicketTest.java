package dev.pickwick.scheduler.endpoint;

import static dev.pickwick.scheduler.TestPool.MILLIS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.TestPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TicketTest {

  private final TestPool pool = TestPool.idle(1);
  private final Endpoint endpoint = pool.endpoint(0);

  @Test
  void charge_open_isInFlightAndUnscraped() {
    Ticket ticket = charge();

    assertThat(ticket.endpoint()).isSameAs(endpoint);
    assertThat(endpoint.inFlight()).isEqualTo(1);
    assertThat(endpoint.unscraped()).isEqualTo(1);
  }

  @Test
  void charge_unscrapedNotCounted_isInFlightOnly() {
    Ticket ticket = requireNonNull(endpoint.charge(false));

    assertThat(endpoint.inFlight()).isEqualTo(1);
    assertThat(endpoint.unscraped()).isZero();
    assertThat(ticket.close()).isTrue();
    assertThat(endpoint.inFlight()).isZero();
    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void tryCharge_loadHasMoved_chargesNothing() {
    long seen = endpoint.load();
    charge();

    assertThat(endpoint.tryCharge(seen)).isNull();
    assertThat(endpoint.inFlight()).isEqualTo(1);
  }

  @Test
  void close_twice_countsOnce() {
    Ticket ticket = charge();
    charge();

    assertThat(ticket.close()).isTrue();
    assertThat(ticket.close()).isFalse();
    assertThat(endpoint.inFlight()).isEqualTo(1);
    assertThat(endpoint.unscraped()).isEqualTo(1);
  }

  @Test
  void scrape_bodyNotSentYet_keepsItWaiting() {
    charge();

    scrapeBegunAt(10_000);

    assertThat(endpoint.unscraped()).isEqualTo(1);
  }

  @Test
  void scrape_begunBeforeTheAllowanceIsOver_keepsItWaiting() {
    charge().bodySent(50 * MILLIS);

    scrapeBegunAt(149);

    assertThat(endpoint.unscraped()).isEqualTo(1);
  }

  @Test
  void scrape_begunWhenTheAllowanceIsOver_settlesIt() {
    Ticket ticket = charge();
    ticket.bodySent(50 * MILLIS);

    scrapeBegunAt(150);

    assertThat(endpoint.unscraped()).isZero();
    assertThat(endpoint.inFlight()).isEqualTo(1);
    assertThat(ticket.close()).isTrue();
    assertThat(endpoint.inFlight()).isZero();
    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void scrape_begunAfterResponseHeaders_settlesIt() {
    Ticket ticket = charge();
    ticket.bodySent(0);
    ticket.responseHeadersSeen(30 * MILLIS);

    scrapeBegunAt(29);
    assertThat(endpoint.unscraped()).isEqualTo(1);
    scrapeBegunAt(30);
    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void scrape_responseHeadersAfterTheAllowance_settledByTheAllowance() {
    Ticket ticket = charge();
    ticket.bodySent(0);
    ticket.responseHeadersSeen(900 * MILLIS);

    scrapeBegunAt(100);

    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void scrape_answeredBeforeTheBodyWasSent_settledByTheAnswer() {
    Ticket ticket = charge();
    ticket.responseHeadersSeen(10 * MILLIS);
    ticket.bodySent(20 * MILLIS);

    scrapeBegunAt(10);

    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void bodySent_again_doesNotPutOffTheArrival() {
    Ticket ticket = charge();
    ticket.bodySent(0);
    ticket.bodySent(900 * MILLIS);

    scrapeBegunAt(100);

    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void scrape_severalTickets_settlesThoseThatHaveArrived() {
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Ticket ticket = charge();
      ticket.bodySent(i * 10L * MILLIS);
      tickets.add(ticket);
    }

    scrapeBegunAt(120);
    assertThat(endpoint.unscraped()).isEqualTo(2);
    scrapeBegunAt(130);
    assertThat(endpoint.unscraped()).isEqualTo(1);
    tickets.forEach(Ticket::close);
    assertThat(endpoint.unscraped()).isZero();
    assertThat(endpoint.inFlight()).isZero();
  }

  @Test
  void scrapeFailed_openTicket_staysWaiting() {
    charge().bodySent(0);
    pool.advanceMillis(10_000);

    endpoint.scrapeFailed();

    assertThat(endpoint.unscraped()).isEqualTo(1);
    scrapeBegunAt(10_000);
    assertThat(endpoint.unscraped()).isZero();
  }

  @Test
  void scrapeFailed_closedTickets_areForgotten() {
    Ticket open = charge();
    for (int i = 0; i < 10; i++) {
      charge().close();
    }

    endpoint.scrapeFailed();

    assertThat(endpoint.unsettledTickets()).isEqualTo(1);
    assertThat(open.close()).isTrue();
  }

  @Test
  void charge_neverScraped_keepsNoMoreThanABoundedNumberOfClosedTickets() {
    for (int i = 0; i < 10_000; i++) {
      charge().close();
    }

    assertThat(endpoint.unsettledTickets()).isLessThan(100);
  }

  @Test
  void allowance_firstMeasurement_replacesTheGuess() {
    answeredAfter(20);

    assertThat(endpoint.transit().allowanceNanos()).isEqualTo(20 * MILLIS);
  }

  @Test
  void allowance_furtherMeasurements_areSmoothed() {
    answeredAfter(20);
    answeredAfter(100);

    assertThat(endpoint.transit().allowanceNanos()).isEqualTo(30 * MILLIS);
  }

  @Test
  void allowance_extremeMeasurements_stayInBounds() {
    answeredAfter(0);
    assertThat(endpoint.transit().allowanceNanos()).isEqualTo(5 * MILLIS);
    for (int i = 0; i < 1000; i++) {
      answeredAfter(60_000);
    }
    assertThat(endpoint.transit().allowanceNanos()).isBetween(199 * MILLIS, 200 * MILLIS);
  }

  @Test
  void allowance_secondHeadersOfOneRequest_areNotMeasured() {
    Ticket ticket = charge();
    ticket.bodySent(0);
    ticket.responseHeadersSeen(20 * MILLIS);
    ticket.responseHeadersSeen(180 * MILLIS);

    assertThat(endpoint.transit().allowanceNanos()).isEqualTo(20 * MILLIS);
  }

  @Test
  void close_fromManyThreads_isTrueForOne() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      Ticket ticket = charge();
      ticket.bodySent(0);
      AtomicInteger winners = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      await(start);
                      if (ticket.close()) {
                        winners.incrementAndGet();
                      }
                    }));
      }
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    await(start);
                    scrapeBegunAt(1000);
                  }));
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(winners).hasValue(1);
      assertThat(endpoint.inFlight()).isZero();
      assertThat(endpoint.unscraped()).isZero();
    }
  }

  private Ticket charge() {
    return requireNonNull(endpoint.charge(true));
  }

  private void answeredAfter(long millis) {
    Ticket ticket = charge();
    ticket.bodySent(0);
    ticket.responseHeadersSeen(millis * MILLIS);
    ticket.close();
  }

  private void scrapeBegunAt(long millis) {
    endpoint.scraped(TestPool.metrics(0, 0, 0, millis * MILLIS));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
