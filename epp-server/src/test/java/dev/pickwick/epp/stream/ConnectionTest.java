package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.get;
import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.stream.RawClient.Frame;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a gateway sees of HTTP/2 itself. */
class ConnectionTest {

  @Test
  void refusal_whileTheBodyIsSent_endsAndResetsTheStream() throws Exception {
    try (TestServer server = new TestServer();
        RawClient client = new RawClient(server.port())) {
      client.open(1);
      client.send(1, post("content-length", "5000000"));
      assertThat(nextEnd(client).stream()).isEqualTo(1);

      Frame reset = client.next();

      assertThat(reset.type()).isEqualTo(RawClient.RST_STREAM);
      assertThat(reset.stream()).isEqualTo(1);
      assertThat(reset.number()).as("NO_ERROR").isZero();
    }
  }

  @Test
  void refusal_inTheMidstOfAnUpload_leavesOtherStreamsAlone() throws Exception {
    try (TestServer server = new TestServer();
        RawClient client = new RawClient(server.port())) {
      client.open(1);
      client.send(1, post());
      client.send(1, requestBody("[", true));
      client.send(1, requestBody(" ".repeat(100_000), false));
      client.open(3);
      client.send(3, get("/"));

      Frame answer = next(client, RawClient.DATA, 3);

      assertThat(answer.payload()).isNotEmpty();
      assertThat(server.ends.open.get()).isEqualTo(1);
    }
  }

  @Test
  void connection_hasAWindowOf4MiB() throws Exception {
    try (TestServer server = new TestServer();
        RawClient client = new RawClient(server.port())) {
      client.open(1);
      long window = 65_535;
      while (window < 4 << 20) {
        Frame frame = client.next();
        boolean widened = frame.type() == RawClient.WINDOW_UPDATE && frame.stream() == 0;
        window += widened ? frame.number() : 0;
      }

      assertThat(window).isEqualTo(4 << 20);
    }
  }

  @Test
  void pings_everyFiveSecondsWithoutCalls_arePermitted() throws Exception {
    try (TestServer server = new TestServer();
        RawClient client = new RawClient(server.port())) {
      // Three too many, of which the first is free, would end the connection.
      for (int i = 0; i < 4; i++) {
        client.ping();
        Frame frame = client.next();
        while (!frame.isAcknowledgedPing()) {
          assertThat(frame.type()).isNotEqualTo(RawClient.GOAWAY);
          frame = client.next();
        }
        Thread.sleep(i < 3 ? 5_050 : 0);
      }
      client.open(1);
      client.send(1, get("/"));
      assertThat(next(client, RawClient.DATA, 1).payload()).isNotEmpty();
    }
  }

  private static Frame nextEnd(RawClient client) throws IOException {
    Frame frame = client.next();
    while (!frame.endsStream()) {
      assertThat(frame.type()).isNotIn(RawClient.RST_STREAM, RawClient.GOAWAY);
      frame = client.next();
    }
    return frame;
  }

  private static Frame next(RawClient client, int type, int stream) throws IOException {
    Frame frame = client.next();
    while (frame.type() != type || frame.stream() != stream) {
      assertThat(frame.type()).isNotEqualTo(RawClient.GOAWAY);
      frame = client.next();
    }
    return frame;
  }
}
