package dev.pickwick.scraper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scraper.http.FakeServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
