package dev.pickwick.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.Decision.Picked;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.Ticket;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Picks and closes of many threads, scrapes and changes of membership, all at once. */
class CountersUnderLoadTest {

  private static final int THREADS = 8;
  private static final int ROUNDS = 100;
  private static final int PICKS_PER_ROUND = 200;
  private static final int MOST_OPEN = 20;

  private final TestPool pool = new TestPool(4);
  private final AtomicInteger ledger = new AtomicInteger();
  private final Queue<String> mismatches = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void inFlight_always_equalsTheLedger() throws InterruptedException {
    Scheduler scheduler = scheduler();
    CyclicBarrier endOfRound = new CyclicBarrier(THREADS, this::compare);
    Thread disturber = Thread.ofPlatform().start(this::disturb);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int seed = i;
      threads.add(Thread.ofPlatform().start(() -> work(scheduler.newPass(), seed, endOfRound)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    over.set(true);
    disturber.join();

    assertThat(mismatches).isEmpty();
    assertThat(ledger).hasValue(0);
    assertThat(pool.store().inFlight()).isZero();
    pool.store().replace(TestPool.specs(4));
    for (int i = 0; i < 4; i++) {
      assertThat(pool.endpoint(i).unscraped()).isZero();
    }
  }

  private void work(Pass pass, int seed, CyclicBarrier endOfRound) {
    SplittableRandom random = new SplittableRandom(seed);
    Deque<Ticket> open = new ArrayDeque<>();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PICKS_PER_ROUND; i++) {
          if (pass.schedule(TestPool.request()) instanceof Picked picked) {
            ledger.incrementAndGet();
            open.add(picked.ticket());
            live(picked.ticket(), random);
          }
          if (open.size() > random.nextInt(MOST_OPEN)) {
            close(open.remove());
          }
        }
        if (round == ROUNDS - 1) {
          open.forEach(this::close);
        }
        endOfRound.await();
      }
    } catch (InterruptedException | BrokenBarrierException e) {
      mismatches.add(e.toString());
    }
  }

  private void live(Ticket ticket, SplittableRandom random) {
    if (random.nextInt(3) > 0) {
      ticket.bodySent(pool.now());
    }
    if (random.nextInt(3) > 0) {
      ticket.responseHeadersSeen(pool.now());
    }
  }

  private void close(Ticket ticket) {
    ledger.decrementAndGet();
    if (!ticket.close() || ticket.close()) {
      mismatches.add("a ticket was not closed exactly once");
    }
  }

  private void compare() {
    int counted = pool.store().inFlight();
    if (counted != ledger.get()) {
      mismatches.add("in flight: " + counted + ", ledger: " + ledger.get());
    }
  }

  /** Scrapes, and lets members go and come back, some under another address. */
  private void disturb() {
    SplittableRandom random = new SplittableRandom(99);
    while (!over.get()) {
      pool.advanceMillis(1 + random.nextInt(100));
      EndpointSnapshot snapshot = pool.store().snapshot();
      for (int i = 0; i < snapshot.size(); i++) {
        scrape(snapshot.get(i), random);
      }
      List<EndpointSpec> members = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        if (random.nextInt(4) > 0) {
          members.add(
              TestPool.spec("pod-" + i, "10.0.0." + (random.nextInt(8) > 0 ? i : i + 100), 8000));
        }
      }
      pool.store().replace(members);
    }
  }

  private void scrape(Endpoint endpoint, SplittableRandom random) {
    int most = THREADS * (MOST_OPEN + 1);
    if (endpoint.inFlight() > most || endpoint.unscraped() < 0 || endpoint.unscraped() > most) {
      mismatches.add("in flight: " + endpoint.inFlight() + ", new: " + endpoint.unscraped());
    }
    if (random.nextInt(4) == 0) {
      endpoint.scrapeFailed();
    } else {
      endpoint.scraped(TestPool.metrics(random.nextInt(5), 0, 0, pool.now()));
    }
  }

  private Scheduler scheduler() {
    RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
    return pool.scheduler(
        SchedulerOptions.DEFAULT,
        (Picker) pool.plugin("max-score-picker", chance),
        (Scorer) pool.plugin("queue-scorer", chance));
  }
}
