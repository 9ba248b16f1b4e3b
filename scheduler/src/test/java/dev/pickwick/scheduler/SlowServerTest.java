package dev.pickwick.scheduler;

import static dev.pickwick.scheduler.TestPool.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.Decision.Picked;
import dev.pickwick.scheduler.endpoint.Ticket;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Six servers of four places each, one of them four times slower, under 70 % of what they can do
 * together: 600 requests with different prompts on a virtual clock, scraped every 50 ms.
 */
class SlowServerTest {

  private static final int SERVERS = 6;
  private static final int SLOW = 0;
  private static final int REQUESTS = 600;
  private static final int HALF_OF_THE_MEAN = REQUESTS / SERVERS / 2;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void slowServer_maxScorePicker_getsAtMostHalfOfTheMean(long seed) {
    Simulation simulation = new Simulation("max-score-picker", seed);

    assertThat(simulation.run()).isLessThanOrEqualTo(HALF_OF_THE_MEAN);
  }

  /** The bound means something: who picks by chance does not keep it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void slowServer_randomPicker_getsMore(long seed) {
    Simulation simulation = new Simulation("random-picker", seed);

    assertThat(simulation.run()).isGreaterThan(HALF_OF_THE_MEAN);
  }

  private static final class Simulation {

    private static final int PLACES = 4;
    private static final long WORK = 400 * MILLIS;
    private static final long TRANSIT = 10 * MILLIS;
    private static final long SCRAPE_INTERVAL = 50 * MILLIS;

    /** Mean time between requests: five servers do 10 a second, the slow one 2.5; 70 % of 52.5. */
    private static final double GAP = 1e9 / (0.7 * 52.5);

    private final SplittableRandom random;
    private final TestPool pool = new TestPool(SERVERS);
    private final Pass pass;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Server[] servers = new Server[SERVERS];
    private int picksOfSlow;
    private int closed;
    private long sequence;

    Simulation(String picker, long seed) {
      random = new SplittableRandom(seed);
      pass =
          pool.scheduler(
                  SchedulerOptions.DEFAULT,
                  (Picker) pool.plugin(picker, random),
                  (Scorer) pool.plugin("queue-scorer", random),
                  (Scorer) pool.plugin("kv-cache-utilization-scorer", random))
              .newPass();
      for (int i = 0; i < SERVERS; i++) {
        servers[i] = new Server(i, i == SLOW ? 4 * WORK : WORK);
      }
    }

    /** How many requests the slow server got. */
    int run() {
      for (int i = 0; i < SERVERS; i++) {
        int server = i;
        at(i * SCRAPE_INTERVAL / SERVERS, () -> scrape(server));
      }
      long arrival = SCRAPE_INTERVAL;
      for (int i = 0; i < REQUESTS; i++) {
        at(arrival, this::request);
        arrival += Math.round(-Math.log(1 - random.nextDouble()) * GAP);
      }
      while (closed < REQUESTS) {
        Event next = events.remove();
        pool.advanceTo(next.nanos);
        next.action.run();
      }
      assertThat(pool.store().inFlight()).isZero();
      return picksOfSlow;
    }

    private void request() {
      Ticket ticket = ((Picked) pass.schedule(TestPool.request())).ticket();
      int server = Integer.parseInt(ticket.endpoint().id().name().substring("pod-".length()));
      picksOfSlow += server == SLOW ? 1 : 0;
      ticket.bodySent(pool.now());
      at(pool.now() + TRANSIT, () -> servers[server].arrived(ticket));
    }

    private void scrape(int server) {
      servers[server].scraped();
      at(pool.now() + SCRAPE_INTERVAL, () -> scrape(server));
    }

    private void at(long nanos, Runnable action) {
      events.add(new Event(nanos, sequence++, action));
    }

    private final class Server {

      private final int number;
      private final long work;
      private final Deque<Ticket> queue = new ArrayDeque<>();
      private int running;

      Server(int number, long work) {
        this.number = number;
        this.work = work;
      }

      void arrived(Ticket ticket) {
        queue.add(ticket);
        begin();
      }

      void scraped() {
        pool.scrape(number, queue.size(), running, running / (double) PLACES);
      }

      private void begin() {
        if (running == PLACES || queue.isEmpty()) {
          return;
        }
        running++;
        Ticket ticket = queue.remove();
        long took = Math.round(work * (0.5 + random.nextDouble()));
        at(pool.now() + took / 10, () -> ticket.responseHeadersSeen(pool.now()));
        at(pool.now() + took, () -> end(ticket));
      }

      private void end(Ticket ticket) {
        ticket.close();
        closed++;
        running--;
        begin();
      }
    }

    private record Event(long nanos, long sequence, Runnable action) implements Comparable<Event> {

      @Override
      public int compareTo(Event other) {
        int byTime = Long.compare(nanos, other.nanos);
        return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
      }
    }
  }
}
