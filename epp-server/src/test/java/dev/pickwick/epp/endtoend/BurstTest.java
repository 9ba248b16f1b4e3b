package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.testbed.gateway.Gateway;
import dev.pickwick.testbed.gateway.GatewayOptions;
import dev.pickwick.testbed.gateway.StreamEvent;
import dev.pickwick.testbed.server.ForcedState;
import dev.pickwick.testbed.server.Latency;
import dev.pickwick.testbed.server.ModelServer;
import dev.pickwick.testbed.server.ModelServerOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that come all at once, while nothing of them can be seen in any metrics page: each of
 * ten equal endpoints gets its tenth.
 */
class BurstTest {
  private static final int PODS = 10;
  private static final int BURST = 100;

  /** Scrapes so rare that a burst fits between two of them, however slow the machine. */
  private static final String RARE_SCRAPES = "--refresh-metrics-interval=60s";

  @TempDir Path directory;
  private final List<ModelServer> servers = new ArrayList<>();
  private final Clients clients = new Clients();
  private int series;

  @BeforeEach
  void startServers() throws Exception {
    for (int i = 0; i < PODS; i++) {
      servers.add(
          ModelServer.start(
              ModelServerOptions.of(OpenAiScenarios.MODEL)
                  .slots(200, 1000)
                  .latency(Latency.fixed(Duration.ofMillis(1500), Duration.ZERO))
                  .seed(i)));
    }
  }

  @AfterEach
  void stopServers() throws Exception {
    clients.close();
    for (ModelServer server : servers) {
      server.close();
    }
  }

  @Test
  void burst_betweenTwoScrapes_isTenEach() throws Exception {
    try (PickerFixture picker = picker(RARE_SCRAPES);
        Gateway gateway = Gateway.start(GatewayOptions.to(picker.address()))) {
      long[] before = requests();
      finish(burst(gateway, BURST));

      assertThat(since(before)).containsOnly(10);
    }
  }

  /**
   * The picker takes a request to be under way for 100 ms before it has measured anything, so the
   * burst has to be picked within that time. A machine that is too busy for such a burst has not
   * made one; then it is tried again.
   */
  @Test
  void burst_delayedByTheGatewayWhileScrapesSeeNothing_isTenEach() throws Exception {
    AtomicLong firstPick = new AtomicLong(Long.MAX_VALUE);
    AtomicLong lastPick = new AtomicLong(Long.MIN_VALUE);
    int bursts = 0;
    for (int attempt = 0; attempt < 20 && bursts == 0; attempt++) {
      try (PickerFixture picker = picker("--refresh-metrics-interval=20ms");
          Gateway gateway =
              Gateway.start(
                  GatewayOptions.to(picker.address())
                      .upstreamDelay(Duration.ofMillis(50))
                      .listener((_, event) -> note(event, firstPick, lastPick)))) {
        Awaitility.await().until(() -> picker.metric("pickwick_scrapes_total") >= PODS);
        firstPick.set(Long.MAX_VALUE);
        lastPick.set(Long.MIN_VALUE);
        long[] before = requests();
        finish(burst(gateway, BURST));

        if (lastPick.get() - firstPick.get() < 90_000_000) {
          bursts++;
          assertThat(since(before)).containsOnly(10);
        }
      }
    }

    assertThat(bursts).as("bursts that were picked within 90 ms").isPositive();
  }

  @Test
  void burst_withFiveWaitingAtOneEndpoint_levelsTheOthersUpFirst() throws Exception {
    servers.getFirst().force(ForcedState.of(0, 5, 0));
    try (PickerFixture picker = picker(RARE_SCRAPES);
        Gateway gateway = Gateway.start(GatewayOptions.to(picker.address()))) {
      Awaitility.await().until(() -> picker.metric("pickwick_scrapes_total") >= PODS);
      long[] before = requests();
      List<CompletableFuture<HttpResponse<String>>> first = burst(gateway, 5 * (PODS - 1));
      Awaitility.await().until(() -> Arrays.stream(since(before)).sum() == 5 * (PODS - 1));
      long[] levelled = since(before);
      List<CompletableFuture<HttpResponse<String>>> second = burst(gateway, PODS);
      finish(first);
      finish(second);

      assertThat(levelled[0]).isZero();
      assertThat(Arrays.copyOfRange(levelled, 1, PODS)).containsOnly(5);
      assertThat(since(before)[0]).isEqualTo(1);
    }
  }

  private PickerFixture picker(String interval) throws Exception {
    PickerFixture picker =
        PickerFixture.forServers(directory, servers, "--secure-serving=false", interval);
    Awaitility.await().until(() -> picker.metric("pickwick_scrapes_total") >= PODS);
    return picker;
  }

  private List<CompletableFuture<HttpResponse<String>>> burst(Gateway gateway, int size) {
    series++;
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      answers.add(clients.send(gateway.url(), Clients.prompt("burst " + series, i)));
    }
    return answers;
  }

  private static void finish(List<CompletableFuture<HttpResponse<String>>> answers) {
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.join().statusCode()).isEqualTo(200);
    }
  }

  private long[] requests() {
    return servers.stream().mapToLong(server -> server.stats().requests()).toArray();
  }

  private long[] since(long[] before) {
    long[] now = requests();
    for (int i = 0; i < now.length; i++) {
      now[i] -= before[i];
    }
    return now;
  }

  private static void note(StreamEvent event, AtomicLong first, AtomicLong last) {
    if (event.kind() == StreamEvent.Kind.FROM_PICKER) {
      long now = System.nanoTime();
      first.accumulateAndGet(now, Math::min);
      if (now - first.get() < 1_000_000_000) {
        last.accumulateAndGet(now, Math::max);
      }
    }
  }
}
