package dev.pickwick.scraper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scraper.http.FakeServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole scraper against servers on loopback. */
class ScraperTest {
  private final EndpointStore store = new EndpointStore(System::nanoTime);
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void endpoint_itsNumbersFollowThePage() {
    FakeServer server = server(FakeServer.page(waiting(3)));
    start(ScraperOptions.DEFAULTS);
    Endpoint endpoint = endpoint("a", server);

    await().until(() -> endpoint.metrics().waiting() == 3);
    server.answer(FakeServer.page(waiting(7)));
    await().until(() -> endpoint.metrics().waiting() == 7);

    assertThat(server.connections()).isEqualTo(1);
    assertThat(server.mostInFlight()).isEqualTo(1);
    assertThat(changes).containsExactly("a true ");
    assertThat(server.requests()).containsOnly("GET /metrics HTTP/1.1");
    assertThat(server.headers())
        .contains(
            "accept: text/plain;version=0.0.4;q=1,*/*;q=0.1",
            "accept-encoding: identity",
            "host: 127.0.0.1:" + server.port());
  }

  @Test
  void faultyEndpoints_delayNobody() {
    List<FakeServer> faulty =
        List.of(
            server((line, socket, out) -> hang(socket)),
            server(
                (line, socket, out) -> {
                  socket.setSoLinger(true, 0);
                  return false;
                }),
            server(FakeServer.raw("HTTP/1.1 302 Found\r\nlocation: http://elsewhere/\r\n\r\n")),
            server(
                (line, socket, out) -> {
                  out.write(FakeServer.ok(1L << 30));
                  return flood(out);
                }),
            server(
                (line, socket, out) -> {
                  out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
                  return flood(out);
                }),
            server(FakeServer.page(hostilePage())));
    FakeServer good = server(FakeServer.page(waiting(1)));
    var specs = new ArrayList<EndpointSpec>();
    for (int i = 0; i < faulty.size(); i++) {
      specs.add(spec("faulty-" + i, faulty.get(i), Map.of()));
    }
    specs.add(spec("good", good, Map.of()));
    store.replace(specs);
    start(ScraperOptions.DEFAULTS);

    await().until(() -> changes.size() == 7);
    FakeServer silent = faulty.getFirst();
    int silentBefore = silent.requests().size();
    int before = good.requests().size();
    await().atMost(Duration.ofMinutes(1)).until(() -> silent.requests().size() >= silentBefore + 3);

    // The silent one took at least two timeouts, in which 40 scrapes were due.
    assertThat(good.requests().size() - before).isGreaterThan(10);
    assertThat(changes).hasSize(7).contains("good true ");
    assertThat(changes)
        .anyMatch(change -> change.endsWith("no answer within 1000 ms"))
        .anyMatch(change -> change.endsWith("unanswered"))
        .anyMatch(change -> change.endsWith("1000 malformed lines of wanted families"))
        .anyMatch(change -> change.contains("status 302 redirects to \"http://elsewhere/\""))
        .filteredOn(change -> change.endsWith("the page is larger than 8388608 bytes"))
        .hasSize(2);
    for (FakeServer server : faulty) {
      assertThat(server.mostInFlight()).isEqualTo(1);
    }
  }

  @Test
  void faultInATick_scrapingGoesOn() {
    FakeServer server = server(FakeServer.page(waiting(3)));
    AtomicLong ahead = new AtomicLong();
    AtomicInteger thrown = new AtomicInteger();
    var scraper =
        new Scraper(
            ScraperOptions.DEFAULTS,
            store,
            () -> System.nanoTime() + ahead.get(),
            new ScrapeEvents() {
              @Override
              public void ticksMissed(long ticks) {
                if (ticks > 1_000) {
                  thrown.incrementAndGet();
                  throw new IllegalStateException("a listener's fault");
                }
              }
            });
    opened.add(scraper);
    scraper.start();
    Endpoint endpoint = endpoint("a", server);
    for (int i = 1; i <= 2; i++) {
      int faults = i;
      ahead.addAndGet(Duration.ofMinutes(1).toNanos());
      await().until(() -> thrown.get() == faults);
      server.answer(FakeServer.page(waiting(3 + i)));
      await().until(() -> endpoint.metrics().waiting() == 3 + faults);
    }
  }

  @Test
  void removedEndpoint_itsConnectionIsClosed() {
    FakeServer server = server(FakeServer.page(waiting(3)));
    start(ScraperOptions.DEFAULTS);
    Endpoint endpoint = endpoint("a", server);
    await().until(() -> endpoint.metrics().waiting() == 3);

    store.replace(List.of());

    await().until(() -> server.openConnections() == 0);
    int after = server.requests().size();
    FakeServer other = server(FakeServer.page(waiting(4)));
    Endpoint next = endpoint("b", other);
    await().until(() -> next.metrics().waiting() == 4);
    assertThat(server.requests()).hasSize(after);
  }

  @Test
  void close_closesEveryConnection() {
    FakeServer server = server(FakeServer.page(waiting(3)));
    Scraper scraper = start(ScraperOptions.DEFAULTS);
    Endpoint endpoint = endpoint("a", server);
    await().until(() -> endpoint.metrics().waiting() == 3);

    scraper.close();

    await().until(() -> server.openConnections() == 0);
    scraper.close();
  }

  @Test
  void samplePage_isReadOverTheNetwork() {
    byte[] page = Objects.requireNonNull(sample("vllm-v0.26-dp8-lora.prom"));
    FakeServer server = server(FakeServer.page(page));
    start(ScraperOptions.DEFAULTS);
    Endpoint endpoint = endpoint("a", server);
    await().until(() -> endpoint.metrics().waiting() == 32);
    assertThat(endpoint.metrics().running()).isEqualTo(212);
    await()
        .until(
            () -> server.requests().stream().filter("GET /metrics HTTP/1.1"::equals).count() > 2);
    assertThat(server.requests().stream().filter(line -> line.contains("name"))).hasSize(1);
  }

  @Test
  void serverThatFilters_isAskedForLess() {
    byte[] page = Objects.requireNonNull(sample("vllm-v0.26-single.prom"));
    String wanted =
        new String(page, UTF_8)
            .lines()
            .filter(line -> line.matches("vllm:(num_requests_|kv_cache_usage|cache_config).*"))
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    FakeServer server =
        server(
            (line, socket, out) ->
                FakeServer.page(line.contains("?name%5B%5D=") ? wanted.getBytes(UTF_8) : page)
                    .write(line, socket, out));
    start(ScraperOptions.DEFAULTS);
    Endpoint endpoint = endpoint("a", server);
    await().until(() -> server.requests().size() >= 10);
    assertThat(server.requests().stream().filter(line -> line.contains("?name")))
        .hasSizeGreaterThan(7);
    assertThat(endpoint.metrics().waiting()).isEqualTo(8);
    assertThat(changes).containsExactly("a true ");
  }

  @Test
  void manyEndpoints_oneRequestEachAtATime() {
    FakeServer server = server(FakeServer.page(waiting(1)));
    var specs = new ArrayList<EndpointSpec>();
    for (int i = 0; i < 200; i++) {
      specs.add(spec("pod-" + i, server, Map.of()));
    }
    store.replace(specs);
    start(ScraperOptions.DEFAULTS);
    await().until(() -> changes.size() == 200);
    await().until(() -> server.requests().size() > 2_000);
    assertThat(server.connections()).isEqualTo(200);
    assertThat(changes).hasSize(200).allMatch(change -> change.endsWith(" true "));
  }

  private static byte @Nullable [] sample(String name) {
    try (var in = ScraperTest.class.getResourceAsStream("/samples/" + name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says nothing until the client gives up. */
  private static boolean hang(Socket socket) throws IOException {
    return socket.getInputStream().read() >= 0;
  }

  private static boolean flood(OutputStream out) throws IOException {
    byte[] piece = "vllm:other_metric 1\n".repeat(3_000).getBytes(UTF_8);
    while (true) {
      out.write(piece);
    }
  }

  /** Eight megabytes of lines that are expensive to refuse. */
  private static byte[] hostilePage() {
    var line = new StringBuilder("vllm:lora_requests_info{");
    for (int i = 0; i < 250; i++) {
      line.append('a').append(i).append("=\"\",");
    }
    line.append("} 1\n");
    return line.toString().repeat((8 << 20) / line.length()).getBytes(UTF_8);
  }

  private FakeServer server(FakeServer.Answer answer) {
    var server = new FakeServer(answer);
    opened.add(server);
    return server;
  }

  private Scraper start(ScraperOptions options) {
    var scraper =
        new Scraper(
            options,
            store,
            System::nanoTime,
            new ScrapeEvents() {
              @Override
              public void stateChanged(Endpoint endpoint, boolean ok, String detail) {
                changes.add(endpoint.id().name() + " " + ok + " " + detail);
              }
            });
    opened.add(scraper);
    scraper.start();
    return scraper;
  }

  private Endpoint endpoint(String name, FakeServer server) {
    store.replace(List.of(spec(name, server, Map.of())));
    return store.snapshot().get(0);
  }

  private static EndpointSpec spec(String name, FakeServer server, Map<String, String> labels) {
    return new EndpointSpec(
        new EndpointId("default", name), name, "127.0.0.1", 8000, server.port(), labels);
  }

  private static byte[] waiting(int requests) {
    return ("vllm:num_requests_waiting " + requests + "\n").getBytes(UTF_8);
  }
}
