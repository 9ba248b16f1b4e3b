package dev.pickwick.scraper;

import static dev.pickwick.scraper.http.Fetch.Stage.REFUSED;
import static dev.pickwick.scraper.http.Fetch.Stage.SILENT;
import static dev.pickwick.scraper.http.Fetch.Stage.UNREACHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scraper.http.Fetch;
import dev.pickwick.scraper.page.EngineMapping;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The loop by hand: a fake clock, answers as the test gives them. */
class ScrapeLoopTest {
  private static final long MS = 1_000_000;
  private static final String LARGE =
      "# HELP other " + "x".repeat(5_000) + "\nvllm:num_requests_running 2\n";
  private static final String LABEL = "inference.networking.k8s.io/engine-type";

  private final List<String> events = new ArrayList<>();
  private final FakeClient client = new FakeClient();
  private final EndpointStore store = new EndpointStore(this::now);
  private long now = 1_000_000 * MS;
  private ScrapeLoop loop = loop(ScraperOptions.DEFAULTS);

  @Test
  void newEndpoint_isScrapedAtOnce() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    assertThat(client.only().targets).containsExactly("/metrics");

    pass(3);
    client.only().page(page(4, 2, 0.25));

    assertThat(endpoint.metrics().waiting()).isEqualTo(4);
    assertThat(endpoint.metrics().running()).isEqualTo(2);
    assertThat(endpoint.metrics().kvUsage()).isEqualTo(0.25);
    assertThat(endpoint.metrics().startedNanos()).isEqualTo(1_000_000 * MS);
    assertThat(endpoint.metrics().updatedNanos()).isEqualTo(1_000_003 * MS);
    assertThat(endpoint.metrics().plannedIntervalNanos()).isEqualTo(50 * MS);
  }

  @Test
  void everyPartOfAPage_isPublished() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    client
        .only()
        .page(
            """
            vllm:num_requests_waiting 3
            vllm:lora_requests_info{max_lora="2",running_lora_adapters="a, b",waiting_lora_adapters="c"} 5
            vllm:cache_config_info{block_size="16",num_gpu_blocks="1024"} 1
            """);
    var metrics = endpoint.metrics();
    assertThat(metrics.runningAdapters()).isEqualTo(Set.of("a", "b"));
    assertThat(metrics.waitingAdapters()).isEqualTo(Set.of("c"));
    assertThat(metrics.maxAdapters()).isEqualTo(2);
    assertThat(metrics.blockSizeTokens()).isEqualTo(16);
    assertThat(metrics.blockCount()).isEqualTo(1_024);
  }

  @Test
  void missingItems_keepTheirOldValues() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    client.only().page(page(4, 2, 0.25));
    pass(60);
    client.only().page("vllm:num_requests_running 3\n");
    assertThat(endpoint.metrics().waiting()).isEqualTo(4);
    assertThat(endpoint.metrics().running()).isEqualTo(3);
    assertThat(endpoint.metrics().kvUsage()).isEqualTo(0.25);
  }

  @Test
  void answerOutstanding_nothingElseIsAsked() {
    add(spec(8000, Map.of()));
    pass(900);
    assertThat(client.only().targets).hasSize(1);
  }

  @Test
  void noAnswerInTime_oldNumbersStay() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    client.only().page(page(4, 2, 0.25));
    var before = endpoint.metrics();
    pass(60);
    assertThat(client.only().inFlight()).isTrue();
    pass(1_010);
    assertThat(client.only().inFlight()).isFalse();
    assertThat(endpoint.metrics()).isSameAs(before);
    assertThat(events).containsExactly("a up", "a down: no answer within 1000 ms");
  }

  @Test
  void threadStalls_noServerIsBlamed() {
    add(spec(8000, Map.of()));
    now += 5_000 * MS;
    loop.tick();
    assertThat(client.only().inFlight()).isTrue();
    assertThat(events).containsExactly("ticks missed");
    pass(1_010);
    assertThat(client.only().inFlight()).isFalse();
  }

  @Test
  void firstAnswerIsLate_busyEndpointIsScrapedEveryIntervalAtOnce() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    pass(800);
    client.only().page(page(4, 2, 0.25));
    assertThat(endpoint.metrics().plannedIntervalNanos()).isEqualTo(50 * MS);
    assertThat(scrapesIn(2_000, page(4, 2, 0.25))).isBetween(39, 42);
  }

  @Test
  void threadStalls_paceStaysWhetherTickOrAnswerComesFirst() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    for (boolean tickFirst : new boolean[] {true, false}) {
      for (int i = 0; i < 5; i++) {
        pageNext(page(4, 2, 0.25));
      }
      untilAsked();
      now += 800 * MS;
      if (tickFirst) {
        nextTick = now + loop.tick();
      }
      client.only().page(page(4, 2, 0.25));
      assertThat(endpoint.metrics().plannedIntervalNanos()).isEqualTo(50 * MS);
      if (!tickFirst) {
        nextTick = now + loop.tick();
      }
      assertThat(scrapesIn(2_000, page(4, 2, 0.25))).isBetween(39, 42);
    }
  }

  @Test
  void oneSlowAnswer_paceRecoversWithTheNextOne() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    pageNext(page(4, 2, 0.25));
    untilAsked();
    pass(800);
    client.only().page(page(4, 2, 0.25));
    assertThat(endpoint.metrics().plannedIntervalNanos()).isGreaterThan(50 * MS);
    pageNext(page(4, 2, 0.25));
    assertThat(endpoint.metrics().plannedIntervalNanos()).isEqualTo(50 * MS);
  }

  @Test
  void stateChanges_areToldOnce() {
    add(spec(8000, Map.of()));
    for (int i = 0; i < 3; i++) {
      answerNext(new Fetch.Failed("refused", UNREACHED));
    }
    pageNext(page(1, 1, 0));
    pageNext(page(2, 1, 0));
    answerNext(new Fetch.Failed("refused", UNREACHED));
    pageNext(page(3, 1, 0));
    assertThat(events).containsExactly("a down: refused", "a up", "a down: refused", "a up");
  }

  @Test
  void unreadablePage_isAFailure() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    client.only().page("<html>");
    assertThat(endpoint.metrics().isNever()).isTrue();
    assertThat(events).containsExactly("a down: not metrics: the page starts with \"<html>\"");
  }

  @Test
  void busyEndpoint_isScrapedEveryInterval() {
    add(spec(8000, Map.of()));
    assertThat(scrapesIn(2_000, page(4, 2, 0.25))).isBetween(39, 42);
  }

  @Test
  void idleEndpoint_isScrapedEverySecond() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    scrapesIn(3_000, page(0, 0, 0));
    assertThat(scrapesIn(10_000, page(0, 0, 0))).isBetween(9, 11);
    assertThat(endpoint.metrics().plannedIntervalNanos()).isEqualTo(1_000 * MS);
    assertThat(endpoint.metrics().isStale(now, 200 * MS)).isFalse();
  }

  @Test
  void idleEndpointCharged_isScrapedWithinTheInterval() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    scrapesIn(5_000, page(0, 0, 0));
    int before = client.only().targets.size();
    var ticket = Objects.requireNonNull(endpoint.charge(true));
    pass(57);
    assertThat(client.only().targets).hasSizeGreaterThan(before);
    assertThat(scrapesIn(1_000, page(0, 0, 0))).isBetween(18, 21);
    ticket.close();
    scrapesIn(3_000, page(0, 0, 0));
    assertThat(scrapesIn(10_000, page(0, 0, 0))).isBetween(9, 11);
  }

  @Test
  void failingEndpoint_isLeftInPeace() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    var ticket = Objects.requireNonNull(endpoint.charge(true));
    int asked = 0;
    for (int i = 0; i < 10_000; i++) {
      if (client.only().inFlight()) {
        asked++;
        client.only().answer(new Fetch.Failed("refused", UNREACHED));
      }
      pass(1);
    }
    assertThat(asked).isBetween(11, 15);
    ticket.close();
  }

  @Test
  void manyEndpoints_areSpreadOverTheInterval() {
    var specs = new ArrayList<EndpointSpec>();
    for (int i = 0; i < 100; i++) {
      specs.add(
          new EndpointSpec(
              new EndpointId("ns", "pod-" + i), "pod-" + i, "127.0.0.1", 8000 + i, 9000, Map.of()));
    }
    store.replace(specs);
    for (int i = 0; i < 100; i++) {
      loop.add(store.snapshot().get(i));
    }
    int most = 0;
    for (int tick = 0; tick < 100; tick++) {
      int inThisTick = 0;
      for (FakeClient.Connection connection : client.connections) {
        if (connection.inFlight()) {
          inThisTick++;
          connection.page(page(1, 1, 0));
        }
      }
      most = tick > 16 ? Math.max(most, inThisTick) : 0;
      tick();
    }
    // An even spread puts 12 or 13 into each of the eight ticks of an interval.
    assertThat(most).isBetween(13, 30);
  }

  @Test
  void silentAndHostileEndpoints_delayNobody() {
    int good = 9_001;
    int silent = 9_002;
    int hostile = 9_003;
    int refusing = 9_004;
    store.replace(
        IntStream.rangeClosed(good, refusing).mapToObj(ScrapeLoopTest::withPort).toList());
    for (int i = 0; i < 4; i++) {
      loop.add(store.snapshot().get(i));
    }
    for (int i = 0; i < 4_000; i++) {
      for (FakeClient.Connection connection : client.connections) {
        if (!connection.inFlight() || connection.port == silent) {
          continue;
        }
        if (connection.port == good) {
          connection.page(page(4, 2, 0.25));
        } else if (connection.port == hostile) {
          connection.page("vllm:num_requests_waiting x\n".repeat(5_000));
        } else {
          connection.answer(new Fetch.Failed("refused", UNREACHED));
        }
      }
      pass(1);
    }
    assertThat(asked(good)).isBetween(79, 82);
    assertThat(asked(silent)).isBetween(2, 4);
    assertThat(asked(hostile)).isLessThan(10);
    assertThat(asked(refusing)).isLessThan(10);
  }

  @Test
  void removed_connectionIsClosedAndNothingPublished() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    loop.remove(endpoint);
    assertThat(client.only().closed).isTrue();
    pass(200);
    assertThat(client.only().targets).hasSize(1);
    assertThat(events).isEmpty();
  }

  @Test
  void engine_isChosenByLabel() {
    Endpoint endpoint = add(spec(8000, Map.of(LABEL, "sglang")));
    client.only().page("sglang:num_queue_reqs 5\nvllm:num_requests_waiting 9\n");
    assertThat(endpoint.metrics().waiting()).isEqualTo(5);
  }

  @Test
  void unknownEngine_meansTheDefaultOne() {
    Endpoint endpoint = add(spec(8000, Map.of(LABEL, "homemade")));
    client.only().page("vllm:num_requests_waiting 9\n");
    assertThat(endpoint.metrics().waiting()).isEqualTo(9);
  }

  @Test
  void userMapping_replacesABuiltInEntirely() {
    var mapping = EngineMapping.of("vllm", "q{kind=all}", "", "", "", "", "", "", "", "");
    loop = loop(ScraperOptions.DEFAULTS.withEngines(Map.of("vllm", mapping), "engine", "vllm"));
    Endpoint endpoint = add(spec(8000, Map.of("engine", "sglang")));
    client.only().page("q{kind=\"some\"} 1\nq{kind=\"all\"} 6\nvllm:num_requests_running 5\n");
    assertThat(endpoint.metrics().waiting()).isEqualTo(6);
    assertThat(endpoint.metrics().running()).isZero();
  }

  @Test
  void labelsChange_nextPageIsReadTheOtherWay() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    client.only().page("vllm:num_requests_waiting 9\n");
    store.replace(List.of(spec(8000, Map.of(LABEL, "sglang"))));
    pageNext("sglang:num_queue_reqs 5\nvllm:num_requests_waiting 9\n");
    assertThat(endpoint.metrics().waiting()).isEqualTo(5);
    assertThat(client.connections).hasSize(1);
  }

  @Test
  void metricsPortChanges_connectionIsReplaced() {
    add(spec(8000, Map.of()));
    client.only().page("vllm:num_requests_waiting 9\n");
    store.replace(List.of(spec(9000, Map.of())));
    pass(60);
    assertThat(client.connections).extracting(c -> c.port).containsExactly(8000, 9000);
    assertThat(client.connections.get(0).closed).isTrue();
    assertThat(client.connections.get(1).inFlight()).isTrue();
  }

  @Test
  void path_isAPathAndNoQuery() {
    loop = loop(ScraperOptions.DEFAULTS.withPage("http", "prometheus/a b?c=ü", true));
    add(spec(8000, Map.of()));
    assertThat(client.only().targets).containsExactly("/prometheus/a%20b%3Fc=%C3%BC");
  }

  @Test
  void redirect_isFollowedOnceAndRemembered() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    client.only().answer(new Fetch.Redirect("/metrics/"));
    client.only().page(page(1, 1, 0));
    pageNext(page(2, 1, 0));
    assertThat(client.only().targets).containsExactly("/metrics", "/metrics/", "/metrics/");
    assertThat(endpoint.metrics().waiting()).isEqualTo(2);
  }

  @Test
  void redirectedTwice_isAFailure() {
    add(spec(8000, Map.of()));
    client.only().answer(new Fetch.Redirect("/a"));
    client.only().answer(new Fetch.Redirect("/metrics"));
    assertThat(events)
        .containsExactly("a down: redirected twice, at last to \"/metrics\" (not followed)");
    pass(150);
    assertThat(client.only().targets).containsExactly("/metrics", "/a", "/metrics");
  }

  @Test
  void nameFilter_usedOnceVerified() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    pageNext(LARGE);
    pageNext("vllm:num_requests_running 3\n");
    assertThat(client.only().targets.getLast())
        .isEqualTo(
            "/metrics?name%5B%5D=vllm%3Anum_requests_waiting"
                + "&name%5B%5D=vllm%3Anum_requests_running"
                + "&name%5B%5D=vllm%3Akv_cache_usage_perc"
                + "&name%5B%5D=vllm%3Agpu_cache_usage_perc"
                + "&name%5B%5D=vllm%3Alora_requests_info"
                + "&name%5B%5D=vllm%3Acache_config_info");
    assertThat(endpoint.metrics().running()).isEqualTo(3);
    pageNext("vllm:num_requests_running 4\n");
    assertThat(client.only().targets.getLast()).contains("?name");
  }

  @Test
  void nameFilter_smallPagesAreNotWorthIt() {
    add(spec(8000, Map.of()));
    pageNext(page(1, 1, 0));
    pageNext(page(2, 1, 0));
    assertThat(client.only().targets).containsOnly("/metrics");
  }

  @Test
  void nameFilter_ignoredByTheServer_isGivenUp() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    pageNext(LARGE);
    pageNext(LARGE);
    pageNext(LARGE);
    assertThat(client.only().targets).hasSize(3).last().isEqualTo("/metrics");
    assertThat(endpoint.metrics().running()).isEqualTo(2);
    assertThat(events).containsExactly("a up");
  }

  @Test
  void nameFilter_lessThanTheWholePage_isGivenUpWithoutLoss() {
    Endpoint endpoint = add(spec(8000, Map.of()));
    pageNext(LARGE + "vllm:num_requests_waiting 1\n");
    pageNext("vllm:num_requests_running 7\n");
    assertThat(endpoint.metrics().running()).isEqualTo(2);
    assertThat(client.only().targets).hasSize(3).last().isEqualTo("/metrics");
    client.only().page(LARGE + "vllm:num_requests_waiting 5\n");
    assertThat(endpoint.metrics().waiting()).isEqualTo(5);
    pageNext(LARGE + "vllm:num_requests_waiting 6\n");
    assertThat(client.only().targets.getLast()).isEqualTo("/metrics");
    assertThat(events).containsExactly("a up");
  }

  @Test
  void nameFilter_answeredByAnError_isGivenUpWithoutLoss() {
    add(spec(8000, Map.of()));
    pageNext(LARGE);
    answerNext(new Fetch.Failed("status 404 (expected: 200)", REFUSED));
    pageNext(LARGE);
    assertThat(client.only().targets).hasSize(3).last().isEqualTo("/metrics");
    assertThat(events).containsExactly("a up");
  }

  @Test
  void nameFilter_silence_isNoVerdict() {
    add(spec(8000, Map.of()));
    pageNext(LARGE);
    pageNext("vllm:num_requests_running 3\n");
    untilAsked();
    assertThat(client.only().targets.getLast()).contains("?name");
    pass(1_010);
    assertThat(events).containsExactly("a up", "a down: no answer within 1000 ms");
    assertWholeForAWhileThenByName();
  }

  @Test
  void nameFilter_connectionBreaks_wholePageInsteadAndNoVerdict() {
    add(spec(8000, Map.of()));
    pageNext(LARGE);
    answerNext(new Fetch.Failed("the server closed the connection unanswered", SILENT));
    assertThat(client.only().inFlight()).isTrue();
    assertThat(client.only().targets).last().isEqualTo("/metrics");
    assertWholeForAWhileThenByName();
    assertThat(events).containsExactly("a up");
  }

  @Test
  void nameFilter_serverUnreachable_nothingIsLearned() {
    add(spec(8000, Map.of()));
    pageNext(LARGE);
    answerNext(new Fetch.Failed("connect: refused", UNREACHED));
    untilAsked();
    assertThat(client.only().targets.getLast()).contains("?name");
  }

  /** The filter is left alone for 64 pages, so that a server it puts off is not bothered often. */
  private void assertWholeForAWhileThenByName() {
    for (int i = 0; i < 64; i++) {
      untilAsked();
      assertThat(client.only().targets.getLast()).isEqualTo("/metrics");
      client.only().page(LARGE);
    }
    untilAsked();
    assertThat(client.only().targets.getLast()).contains("?name");
  }

  @Test
  void nameFilter_wholePageEveryNowAndThen() {
    add(spec(8000, Map.of()));
    pageNext(LARGE);
    for (int i = 0; i < 64; i++) {
      pageNext("vllm:num_requests_running 3\n");
    }
    pageNext(LARGE);
    assertThat(client.only().targets).hasSize(66).last().isEqualTo("/metrics");
  }

  @Test
  void nameFilter_switchedOff_isNotTried() {
    loop = loop(ScraperOptions.DEFAULTS.withoutNameFilter());
    add(spec(8000, Map.of()));
    pageNext(LARGE);
    pageNext(LARGE);
    assertThat(client.only().targets).containsOnly("/metrics");
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThat(ScraperOptions.DEFAULTS.withInterval(Duration.ZERO).interval())
        .isEqualTo(Duration.ofMillis(50));
    assertThat(ScraperOptions.DEFAULTS.withInterval(Duration.ofSeconds(3)).maxInterval())
        .isEqualTo(Duration.ofSeconds(3));
  }

  private ScrapeLoop loop(ScraperOptions options) {
    InstantSource wallClock = () -> Instant.ofEpochSecond(1_785_966_300);
    return new ScrapeLoop(
        options,
        client,
        this::now,
        wallClock,
        new ScrapeEvents() {
          @Override
          public void stateChanged(Endpoint endpoint, boolean ok, String detail) {
            events.add(endpoint.id().name() + (ok ? " up" : " down: ") + detail);
          }

          @Override
          public void ticksMissed(long ticks) {
            events.add("ticks missed");
          }
        });
  }

  private long now() {
    return now;
  }

  private Endpoint add(EndpointSpec spec) {
    store.replace(List.of(spec));
    Endpoint endpoint = store.snapshot().get(0);
    loop.add(endpoint);
    return endpoint;
  }

  /** Lets milliseconds pass, ticking as the loop asks for. */
  private void pass(long milliseconds) {
    long end = now + milliseconds * MS;
    while (now < end) {
      now = Math.min(end, nextTick);
      if (now == nextTick) {
        nextTick = now + loop.tick();
      }
    }
  }

  private long nextTick = now;

  private void tick() {
    now = nextTick;
    nextTick = now + loop.tick();
  }

  private int scrapesIn(int milliseconds, String page) {
    int scrapes = 0;
    for (int i = 0; i < milliseconds; i++) {
      if (client.only().inFlight()) {
        scrapes++;
        client.only().page(page);
      }
      pass(1);
    }
    return scrapes;
  }

  private void pageNext(String page) {
    untilAsked();
    client.only().page(page);
  }

  private void answerNext(Fetch answer) {
    untilAsked();
    client.only().answer(answer);
  }

  private void untilAsked() {
    for (int i = 0; i < 5_000 && !client.only().inFlight(); i++) {
      pass(1);
    }
  }

  private static EndpointSpec spec(int metricsPort, Map<String, String> labels) {
    return new EndpointSpec(new EndpointId("ns", "a"), "a", "127.0.0.1", 8000, metricsPort, labels);
  }

  private int asked(int port) {
    return client.connections.stream()
        .filter(connection -> connection.port == port)
        .mapToInt(connection -> connection.targets.size())
        .sum();
  }

  private static EndpointSpec withPort(int port) {
    String name = "pod-" + port;
    return new EndpointSpec(new EndpointId("ns", name), name, "127.0.0.1", 8000, port, Map.of());
  }

  private static String page(int waiting, int running, double kvUsage) {
    return "vllm:num_requests_waiting %d\nvllm:num_requests_running %d\nvllm:kv_cache_usage_perc %s\n"
        .formatted(waiting, running, kvUsage);
  }
}
