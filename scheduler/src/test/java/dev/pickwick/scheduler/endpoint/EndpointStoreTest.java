package dev.pickwick.scheduler.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.scheduler.TestPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointStoreTest {

  private final TestPool pool = new TestPool(0);
  private final EndpointStore store = pool.store();

  @Test
  void snapshot_nothingWanted_isEmpty() {
    assertThat(store.snapshot().size()).isZero();
    assertThat(store.snapshot().version()).isZero();
  }

  @Test
  void replace_sameMembers_keepsObjectsAndSnapshot() {
    store.replace(TestPool.specs(2));
    EndpointSnapshot before = store.snapshot();

    store.replace(TestPool.specs(2));

    assertThat(store.snapshot()).isSameAs(before);
  }

  @Test
  void replace_oneMore_keepsTheOthers() {
    store.replace(TestPool.specs(2));
    Endpoint first = pool.endpoint(0);

    store.replace(TestPool.specs(3));

    assertThat(store.snapshot().size()).isEqualTo(3);
    assertThat(store.snapshot().version()).isEqualTo(2);
    assertThat(pool.endpoint(0)).isSameAs(first);
  }

  @Test
  void replace_otherAddress_isAnotherEndpoint() {
    store.replace(List.of(TestPool.spec("pod-0", "10.0.0.1", 8000)));
    Endpoint before = pool.endpoint(0);

    store.replace(List.of(TestPool.spec("pod-0", "10.0.0.2", 8000)));

    assertThat(pool.endpoint(0)).isNotSameAs(before);
    assertThat(pool.endpoint(0).destination()).isEqualTo("10.0.0.2:8000");
    assertThat(pool.endpoint(0).number()).isNotEqualTo(before.number());
  }

  @Test
  void replace_otherLabelsAndMetricsPort_keepsTheObject() {
    store.replace(List.of(TestPool.spec(0)));
    Endpoint before = pool.endpoint(0);

    store.replace(
        List.of(
            new EndpointSpec(
                before.id(), "pod-0", "10.0.0.0", 8000, 9000, Map.of("engine", "sglang"))));

    assertThat(pool.endpoint(0)).isSameAs(before);
    assertThat(before.spec().labels()).containsEntry("engine", "sglang");
    assertThat(before.spec().metricsPort()).isEqualTo(9000);
  }

  @Test
  void replace_oneIdTwice_lastCounts() {
    store.replace(
        List.of(
            TestPool.spec("pod-0", "10.0.0.1", 8000), TestPool.spec("pod-0", "10.0.0.2", 8000)));

    assertThat(store.snapshot().size()).isEqualTo(1);
    assertThat(pool.endpoint(0).destination()).isEqualTo("10.0.0.2:8000");
  }

  @Test
  void replace_backWithRequestsInFlight_isTheSameObject() {
    store.replace(TestPool.specs(1));
    Endpoint endpoint = pool.endpoint(0);
    Ticket ticket = pool.charge(0);
    endpoint.scraped(TestPool.metrics(7, 7, 0.7, 0));
    store.replace(List.of());
    store.replace(List.of());

    assertThat(store.inFlight()).isEqualTo(1);
    pool.advanceMillis(5000);
    store.replace(TestPool.specs(1));

    assertThat(pool.endpoint(0)).isSameAs(endpoint);
    assertThat(endpoint.metrics().isNever()).isTrue();
    assertThat(endpoint.addedNanos()).isEqualTo(pool.now());
    assertThat(ticket.close()).isTrue();
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void replace_goneAndIdle_cannotBeChargedAnyMore() {
    store.replace(TestPool.specs(1));
    Endpoint gone = pool.endpoint(0);
    long seen = gone.load();
    store.replace(List.of());
    store.replace(List.of());

    assertThat(gone.tryCharge(seen)).isNull();
    assertThat(gone.charge(true)).isNull();
    assertThat(gone.charge(false)).isNull();
    assertThat(gone.tryCharge(gone.load())).isNull();
    assertThat(gone.isRetired()).isTrue();
    assertThat(gone.inFlight()).isZero();
    assertThat(store.inFlight()).isZero();
  }

  @Test
  void replace_rowGivenToAnother_oldEndpointCannotTouchIt() {
    store.replace(TestPool.specs(1));
    Endpoint gone = pool.endpoint(0);
    long seen = gone.load();
    store.replace(List.of());
    store.replace(List.of(TestPool.spec(1)));
    Endpoint next = pool.endpoint(1);
    assertThat(next.number()).isEqualTo(gone.number());
    pool.scrape(1, 2, 0, 0);

    assertThat(gone.tryCharge(seen)).isNull();
    assertThat(gone.charge(true)).isNull();
    gone.scraped(TestPool.metrics(9, 9, 0.9, 0));

    assertThat(next.inFlight()).isZero();
    assertThat(pool.candidates().queue(0)).isEqualTo(2);
    pool.charge(1);
    assertThat(gone.inFlight()).isZero();
  }

  /** Holding the endpoint's lock stands for a scrape that is just being published. */
  @Test
  void replace_whileAScrapeIsPublished_waitsBeforeTheRowIsGivenAway() throws InterruptedException {
    store.replace(TestPool.specs(1));
    Endpoint leaving = pool.endpoint(0);
    store.replace(List.of());
    Thread change = Thread.ofPlatform().unstarted(() -> store.replace(List.of(TestPool.spec(1))));
    synchronized (leaving) {
      change.start();
      while (change.isAlive() && change.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      assertThat(store.snapshot().size()).isZero();
      leaving.scraped(TestPool.metrics(9, 9, 0.9, 0));
    }
    change.join();

    leaving.scraped(TestPool.metrics(9, 9, 0.9, 0));
    assertThat(pool.endpoint(1).number()).isEqualTo(leaving.number());
    assertThat(pool.candidates().queue(0)).isZero();
  }

  @Test
  void scraped_begunBeforeItCameBack_isIgnored() {
    store.replace(TestPool.specs(1));
    Endpoint endpoint = pool.endpoint(0);
    Ticket ticket = pool.charge(0);
    ticket.bodySent(pool.now());
    ticket.responseHeadersSeen(pool.now());
    pool.advanceMillis(10);
    long before = pool.now();
    pool.advanceMillis(1);
    store.replace(List.of());
    store.replace(TestPool.specs(1));

    endpoint.scraped(TestPool.metrics(7, 7, 0.7, before));
    assertThat(endpoint.metrics().isNever()).isTrue();
    assertThat(endpoint.unscraped()).isEqualTo(1);
    assertThat(pool.candidates().queue(0)).isEqualTo(1);

    endpoint.scraped(TestPool.metrics(3, 3, 0.3, pool.now()));
    assertThat(endpoint.metrics().waiting()).isEqualTo(3);
    assertThat(endpoint.unscraped()).isZero();
    assertThat(pool.candidates().queue(0)).isEqualTo(3);
  }

  @Test
  void snapshot_manyEndpoints_readsEachOnesNumbers() {
    store.replace(TestPool.specs(1000));
    for (int i = 0; i < 1000; i++) {
      store.snapshot().get(i).scraped(TestPool.metrics(i, 2 * i, i / 1000.0, 0));
    }
    int[] queue = new int[1000];
    int[] running = new int[1000];
    double[] kvUsage = new double[1000];

    assertThat(store.snapshot().readNumbers(new long[1000], queue, running, kvUsage)).isTrue();

    for (int i = 0; i < 1000; i++) {
      assertThat(queue[i]).isEqualTo(i);
      assertThat(running[i]).isEqualTo(2 * i);
      assertThat(kvUsage[i]).isEqualTo(i / 1000.0);
    }
  }

  @Test
  void snapshot_numbersWithGaps_readsEachOnesNumbersInAscendingOrder() {
    List<EndpointSpec> specs = TestPool.specs(600);
    store.replace(specs);
    // Every third has left, and some in a row across the border of a block of the table.
    List<EndpointSpec> stay = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      if (i % 3 != 1 && (i < 250 || i > 260)) {
        stay.add(specs.get(i));
      }
    }
    store.replace(stay);
    EndpointSnapshot snapshot = store.snapshot();
    int size = snapshot.size();
    for (int i = 0; i < size; i++) {
      Endpoint endpoint = snapshot.get(i);
      endpoint.scraped(TestPool.metrics(endpoint.number(), 2 * endpoint.number(), 0.5, 0));
      assertThat(endpoint.charge(true)).isNotNull();
    }
    long[] loads = new long[size];
    int[] queue = new int[size];
    int[] running = new int[size];

    assertThat(snapshot.readNumbers(loads, queue, running, new double[size])).isTrue();

    assertThat(size).isEqualTo(stay.size());
    for (int i = 0; i < size; i++) {
      int number = snapshot.get(i).number();
      assertThat(snapshot.number(i)).isEqualTo(number);
      assertThat(queue[i]).isEqualTo(number + 1);
      assertThat(running[i]).isEqualTo(2 * number);
      assertThat(loads[i]).isEqualTo(snapshot.get(i).load());
      assertThat(i == 0 || snapshot.number(i - 1) < number).isTrue();
    }
  }

  @Test
  void number_leftIdle_isGivenToTheNext() {
    store.replace(TestPool.specs(3));
    int free = pool.endpoint(1).number();
    store.replace(List.of(TestPool.spec(0), TestPool.spec(2)));
    store.replace(List.of(TestPool.spec(0), TestPool.spec(2), TestPool.spec(3)));

    assertThat(pool.endpoint(3).number()).isEqualTo(free);
  }

  @Test
  void number_leftWithRequestsInFlight_staysTaken() {
    store.replace(TestPool.specs(1));
    Endpoint busy = pool.endpoint(0);
    assertThat(busy.charge(true)).isNotNull();
    store.replace(List.of());
    store.replace(List.of(TestPool.spec(1)));

    assertThat(pool.endpoint(1).number()).isNotEqualTo(busy.number());
  }

  @Test
  void onChange_hearsWhoIsThereAndWhoComesAndGoes() {
    store.replace(TestPool.specs(1));
    List<String> heard = new ArrayList<>();
    EndpointSubscription subscription = store.onChange(new Diary(heard));
    store.replace(List.of(TestPool.spec(1)));
    subscription.close();
    store.replace(List.of());

    assertThat(heard).containsExactly("+pod-0", "-pod-0", "+pod-1");
  }

  @Test
  void replace_listenersThrow_allAreToldOfAllAllTheSame() {
    List<String> heard = new ArrayList<>();
    store.replace(TestPool.specs(2));
    store.onChange(new Faulty("first"));
    store.onChange(new Diary(heard));
    store.onChange(new Faulty("last"));
    heard.clear();

    assertThatThrownBy(() -> store.replace(List.of(TestPool.spec(2), TestPool.spec(3))))
        .hasMessage("first: -pod-0")
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(3));

    assertThat(heard).containsExactly("-pod-0", "-pod-1", "+pod-2", "+pod-3");
    assertThat(store.snapshot().size()).isEqualTo(2);
  }

  @Test
  void onChange_nothingChanges_hearsNothing() {
    List<String> heard = new ArrayList<>();
    store.replace(TestPool.specs(1));
    try (EndpointSubscription subscription = store.onChange(new Diary(heard))) {
      store.replace(TestPool.specs(1));
      assertThat(subscription).isNotNull();
    }

    assertThat(heard).containsExactly("+pod-0");
  }

  @Test
  void destination_ipv6_isBracketed() {
    assertThat(TestPool.spec("a", "fd00::1", 8000).destination()).isEqualTo("[fd00::1]:8000");
  }

  @Test
  void replace_anotherSpellingOfTheAddress_keepsTheObject() {
    store.replace(List.of(TestPool.spec("pod-0", "FD00:0:0::A", 8000)));
    Endpoint before = pool.endpoint(0);

    store.replace(List.of(TestPool.spec("pod-0", "fd00::a", 8000)));

    assertThat(pool.endpoint(0)).isSameAs(before);
    assertThat(before.destination()).isEqualTo("[fd00::a]:8000");
  }

  @Test
  void spec_hostileValues_areRefused() {
    assertThatThrownBy(() -> TestPool.spec("a", "[fd00::1]", 8000)).hasMessageContaining("address");
    assertThatThrownBy(() -> TestPool.spec("a", " ", 8000)).hasMessageContaining("address");
    assertThatThrownBy(() -> TestPool.spec("a", "10.0.0.1", 0)).hasMessageContaining("port: 0");
    assertThatThrownBy(() -> TestPool.spec("a", "10.0.0.1", 65536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> TestPool.spec("", "10.0.0.1", 1)).hasMessageContaining("name");
  }

  /** Throws whenever somebody leaves. */
  private record Faulty(String name) implements EndpointListener {

    @Override
    public void added(Endpoint endpoint) {}

    @Override
    public void removed(Endpoint endpoint) {
      throw new IllegalStateException(name + ": -" + endpoint.id().name());
    }
  }

  private record Diary(List<String> heard) implements EndpointListener {

    @Override
    public void added(Endpoint endpoint) {
      heard.add("+" + endpoint.id().name());
    }

    @Override
    public void removed(Endpoint endpoint) {
      heard.add("-" + endpoint.id().name());
    }
  }
}
