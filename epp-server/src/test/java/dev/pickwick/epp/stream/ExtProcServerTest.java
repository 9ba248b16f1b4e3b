package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.get;
import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static dev.pickwick.epp.stream.Gateway.responseBody;
import static dev.pickwick.epp.stream.Gateway.responseHeaders;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExtProcServerTest {

  private static final String BODY = "{\"model\":\"m\",\"prompt\":\"p\"}";
  private static final int WINDOW = 64 << 10;

  @Test
  void exchange_overNetty_isAnswered() throws Exception {
    try (TestServer server = new TestServer()) {
      Caller caller = new Caller(server.connect(WINDOW)).send(post(), requestBody(BODY, true));
      assertThat(caller.next().hasRequestHeaders()).isTrue();
      assertThat(caller.next().getRequestBody().getResponse().getBodyMutation())
          .extracting(mutation -> mutation.getStreamedResponse().getBody().toStringUtf8())
          .isEqualTo(BODY);

      caller.send(responseHeaders(), responseBody("x", false), responseBody("", true));
      assertThat(caller.next().hasResponseHeaders()).isTrue();
      assertThat(caller.next().hasResponseBody()).isTrue();
      assertThat(caller.next().hasResponseBody()).isTrue();
      caller.halfClose();

      assertThat(caller.end(5)).isEqualTo(Status.Code.OK);
      assertThat(server.pool.endpoints.inFlight()).isZero();
      assertThat(server.budget.used()).isZero();
    }
  }

  @Test
  void headers_ofSeveralMegabytes_pass() throws Exception {
    try (TestServer server = new TestServer()) {
      Caller caller =
          new Caller(server.connect(WINDOW)).send(get("/", "cookie", "c".repeat(6_000_000)));

      assertThat(caller.next().hasRequestHeaders()).isTrue();
      caller.halfClose();
      assertThat(caller.end(5)).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void message_beyondAllLimits_endsItsStreamOnly() throws Exception {
    try (TestServer server = new TestServer()) {
      ManagedChannel channel = server.connect(WINDOW);
      Caller huge = new Caller(channel).send(get("/", "cookie", "c".repeat(16_000_000)));
      assertThat(huge.end(20)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

      Caller next = new Caller(channel).send(get("/"));
      assertThat(next.next().hasRequestHeaders()).isTrue();
      await().atMost(Duration.ofSeconds(5)).until(() -> server.ends.open.get() == 1);
    }
  }

  @Test
  void stalledReaders_doNotSlowTheirNeighbours() throws Exception {
    int streams = 100;
    int stalledStreams = 5;
    String chunk = "y".repeat(16_000);
    int chunks = 300;
    try (TestServer server = new TestServer()) {
      ManagedChannel channel = server.connect(WINDOW);
      List<AtomicLong> unloaded = new ArrayList<>();
      for (int i = 0; i < stalledStreams; i++) {
        unloaded.add(stalledResponse(channel, chunk, chunks));
      }

      List<Caller> healthy = new ArrayList<>();
      for (int i = stalledStreams; i < streams; i++) {
        healthy.add(new Caller(channel).send(post(), requestBody(BODY, true), responseHeaders()));
      }
      for (Caller caller : healthy) {
        for (int i = 0; i < 20; i++) {
          caller.send(responseBody(chunk, false));
        }
        caller.send(responseBody("", true)).halfClose();
      }
      for (Caller caller : healthy) {
        assertThat(caller.end(60)).isEqualTo(Status.Code.OK);
        assertThat(caller.waiting()).isEqualTo(2 + 1 + 20 + 1);
      }

      // Server window, outbound queue and one message each; the client's own window and queue.
      long bound = (256 << 10) + (32 << 10) + 2 * 62_000 + WINDOW + (64 << 10);
      assertThat(unloaded)
          .allSatisfy(bytes -> assertThat(bytes.get()).isPositive().isLessThan(bound));
      assertThat(server.budget.used()).isLessThan(stalledStreams * 62_000L);
      assertThat(server.ends.open.get()).isEqualTo(stalledStreams);
    }
  }

  /** Sends a response as fast as it is taken, and never reads what comes back. */
  private static AtomicLong stalledResponse(ManagedChannel channel, String chunk, int chunks) {
    AtomicLong sent = new AtomicLong();
    Caller[] caller = new Caller[1];
    Runnable push =
        () -> {
          Caller self = caller[0];
          while (self != null && self.isReady() && sent.get() < (long) chunks * chunk.length()) {
            self.send(responseBody(chunk, false));
            sent.addAndGet(chunk.length());
          }
        };
    caller[0] = new Caller(channel, 3, push);
    caller[0].send(post(), requestBody(BODY, true), responseHeaders());
    push.run();
    return sent;
  }

  @Test
  void peerThatFallsSilent_isFreed() throws Exception {
    // gRPC pings no sooner than after 10 s.
    try (TestServer server = new TestServer(1 << 20, Duration.ofSeconds(10));
        Relay relay = new Relay(server.port())) {
      Caller caller = new Caller(relay.connect()).send(post(), requestBody(BODY, true));
      caller.next();
      assertThat(server.pool.endpoints.inFlight()).isEqualTo(1);

      relay.freeze();

      await().atMost(Duration.ofSeconds(20)).until(() -> server.ends.open.get() == 0);
      assertThat(server.pool.endpoints.inFlight()).isZero();
    }
  }

  @Test
  void options_default_freeAVanishedPeerWithin45Seconds() {
    ExtProcOptions options =
        ExtProcOptions.of(new InetSocketAddress(0), InsecureServerCredentials.create());

    assertThat(options.keepAliveTime()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(10));
  }
}
