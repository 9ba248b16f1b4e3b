package dev.pickwick.scraper.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every way in which a server may answer, or not. */
class PageConnectionTest {
  private static final int MAX_BYTES = 100_000;

  private final FakeServer server = new FakeServer(FakeServer.page(bytes("page\n")));
  private final ClientLoop loop = new ClientLoop(MAX_BYTES, null);
  private final PageConnection connection = loop.connection(server);

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(loop.lentBytes()).isZero();
    loop.run(connection::close);
    await().until(() -> server.openConnections() == 0);
    loop.close();
    server.close();
    assertThat(ClientLoop.leaks()).isEmpty();
  }

  @Test
  void get_fixedLength_keepsTheConnection() {
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void get_emptyBody_isAPage() {
    server.answer(FakeServer.page(new byte[0]));
    assertThat(loop.get(connection)).isEmpty();
  }

  @Test
  void get_chunked_isPutTogether() {
    answer(
        """
        HTTP/1.1 200 OK\r
        transfer-encoding: chunked\r
        \r
        3;x=y\r
        pag\r
        2\r
        e
        \r
        0\r
        trailer: t\r
        \r
        """);
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void get_chunksOfOneByte_arePutTogether() {
    String page = "vllm:num_requests_waiting 3\n".repeat(1_000);
    server.answer(
        (line, socket, out) -> {
          out.write(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
          var body = new StringBuilder();
          page.chars().forEach(c -> body.append("1\r\n").append((char) c).append("\r\n"));
          out.write(bytes(body + "0\r\n\r\n"));
          return true;
        });
    assertThat(loop.get(connection)).isEqualTo(page);
  }

  @Test
  void get_bodyUntilClose_isAPage() {
    server.answer(
        (line, socket, out) -> {
          out.write(bytes("HTTP/1.0 200 OK\r\n\r\npage\n"));
          return false;
        });
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void get_connectionClose_connectsAnew() {
    answer("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\npage\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void get_interimAnswers_areSkipped() {
    answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\npage\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
  }

  @Test
  void get_otherStatus_fails() {
    answer("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 5\r\n\r\nsorry");
    assertThat(loop.get(connection)).isEqualTo("refused status 503 (expected: 200)");
    assertThat(loop.get(connection)).isEqualTo("refused status 503 (expected: 200)");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void get_otherStatusWithEndlessBody_fails() {
    server.answer(endless("HTTP/1.1 404 Not Found\r\n\r\n", "no page here "));
    assertThat(loop.get(connection)).isEqualTo("refused status 404 (expected: 200)");
  }

  @Test
  void get_cutBeforeItsLength_fails() {
    server.answer(
        (line, socket, out) -> {
          out.write(FakeServer.ok(50));
          out.write(bytes("vllm:num_requests_waiting 3"));
          return false;
        });
    assertThat(loop.get(connection))
        .isEqualTo("silent the server closed the connection in mid-answer");
  }

  @Test
  void get_cutBetweenChunks_fails() {
    server.answer(
        (line, socket, out) -> {
          out.write(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\npage\n\r\n"));
          return false;
        });
    assertThat(loop.get(connection))
        .isEqualTo("silent the server closed the connection in mid-answer");
  }

  @Test
  void get_announcedTooLarge_failsAtOnce() {
    server.answer(endless("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n", "x 1\n"));
    assertThat(loop.get(connection)).isEqualTo("refused the page is larger than 100000 bytes");
  }

  @Test
  void get_endlessBody_fails() {
    server.answer(endless("HTTP/1.1 200 OK\r\n\r\n", "x 1\n"));
    assertThat(loop.get(connection)).isEqualTo("refused the page is larger than 100000 bytes");
  }

  @Test
  void get_endlessFraming_fails() {
    // A chunk extension is no body, but costs as much to receive.
    String chunk = "1;" + "x".repeat(1_000) + "\r\na\r\n";
    server.answer(endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", chunk));
    assertThat(loop.get(connection)).isEqualTo("refused more than twice 100000 bytes with framing");
  }

  @Test
  void get_endlessHeaders_fails() {
    server.answer(endless("HTTP/1.1 200 OK\r\n", "x: y\r\n"));
    assertThat(loop.get(connection)).startsWith("refused malformed HTTP answer: ");
  }

  @Test
  void get_endlessInterimAnswers_fails() {
    server.answer(endless("", "HTTP/1.1 102 Processing\r\n\r\n"));
    assertThat(loop.get(connection)).isEqualTo("refused more than twice 100000 bytes with framing");
  }

  @Test
  void get_notHttp_fails() {
    server.answer(endless("SSH-2.0-OpenSSH_9.9\r\n", "more of this\r\n"));
    assertThat(loop.get(connection)).startsWith("refused malformed HTTP answer: ");
  }

  @Test
  void get_compressedThoughNotAsked_fails() {
    answer("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\037\213");
    assertThat(loop.get(connection))
        .isEqualTo("refused content-encoding gzip (expected: none, as asked)");
  }

  @Test
  void get_redirectOnTheSameServer_isReported() {
    answer("HTTP/1.1 307 Temporary Redirect\r\nlocation: /metrics/\r\ncontent-length: 0\r\n\r\n");
    assertThat(loop.get(connection)).isEqualTo("redirect /metrics/");
    String absolute = "http://127.0.0.1:" + server.port() + "/there?x=y";
    answer("HTTP/1.1 301 Moved\r\nlocation: " + absolute + "\r\ncontent-length: 0\r\n\r\n");
    assertThat(loop.get(connection)).isEqualTo("redirect /there?x=y");
  }

  @Test
  void get_redirectElsewhere_fails() {
    answer("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
    assertThat(loop.get(connection))
        .isEqualTo("refused status 302 redirects to \"http://127.0.0.1:1/\" (not followed)");
    answer("HTTP/1.1 302 Found\r\nlocation: //other/\r\ncontent-length: 0\r\n\r\n");
    assertThat(loop.get(connection))
        .isEqualTo("refused status 302 redirects to \"//other/\" (not followed)");
  }

  @Test
  void get_reset_fails() {
    server.answer(
        (line, socket, out) -> {
          socket.setSoLinger(true, 0);
          return false;
        });
    assertThat(loop.get(connection)).startsWith("silent ").endsWith(" unanswered");
  }

  @Test
  void get_closedBetweenRequests_isRepeatedOnAFreshConnection() {
    assertThat(loop.get(connection)).isEqualTo("page\n");
    server.answer(
        (line, socket, out) -> {
          server.answer(FakeServer.page(bytes("second\n")));
          return false;
        });
    assertThat(loop.get(connection)).isEqualTo("second\n");
    assertThat(server.requests()).hasSize(3);
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void get_closedAgainAndAgain_isRepeatedOnce() {
    assertThat(loop.get(connection)).isEqualTo("page\n");
    server.answer((line, socket, out) -> false);
    assertThat(loop.get(connection))
        .isEqualTo("silent the server closed the connection unanswered");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void get_bytesNobodyAskedFor_costTheConnection() {
    answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\npage\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\npage\nHTTP/1.1 200 OK\r\n\r\n");
    assertThat(loop.get(connection)).isEqualTo("page\n");
    await().until(() -> server.openConnections() == 0);
    assertThat(loop.get(connection)).isEqualTo("page\n");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void abort_hangingServer_isToldAndDisconnects() {
    var release = new CountDownLatch(1);
    server.answer(
        (line, socket, out) -> {
          awaitUninterrupted(release);
          return true;
        });
    CompletableFuture<String> outcome = loop.begin(connection);
    await().until(() -> server.requests().size() == 1);
    loop.run(() -> connection.abort("too slow"));
    assertThat(outcome.join()).isEqualTo("silent too slow");
    release.countDown();
    await().until(() -> server.openConnections() == 0);
    server.answer(FakeServer.page(bytes("page\n")));
    assertThat(loop.get(connection)).isEqualTo("page\n");
  }

  @Test
  void abort_inMidBody_givesTheBufferBack() {
    var release = new CountDownLatch(1);
    server.answer(
        (line, socket, out) -> {
          out.write(FakeServer.ok(50));
          out.write(bytes("vllm:num_requests"));
          out.flush();
          awaitUninterrupted(release);
          return false;
        });
    CompletableFuture<String> outcome = loop.begin(connection);
    await().until(() -> loop.lentBytes() > 0);
    loop.run(() -> connection.abort("too slow"));
    assertThat(outcome.join()).isEqualTo("silent too slow");
    release.countDown();
  }

  @Test
  void close_inMidBody_tellsNobody() {
    var release = new CountDownLatch(1);
    server.answer(
        (line, socket, out) -> {
          out.write(FakeServer.ok(50));
          out.write(bytes("vllm:num_requests"));
          out.flush();
          awaitUninterrupted(release);
          return false;
        });
    CompletableFuture<String> outcome = loop.begin(connection);
    await().until(() -> loop.lentBytes() > 0);
    loop.run(connection::close);
    release.countDown();
    await().until(() -> server.openConnections() == 0);
    assertThat(outcome).isNotDone();
  }

  @Test
  void get_nobodyListens_fails() {
    server.close();
    assertThat(loop.get(connection)).startsWith("unreached connect: ");
  }

  @Test
  void get_addressIsNoLiteral_fails() {
    PageConnection wrong = loop.client().connection("pod.example", 80);
    assertThat(loop.get(wrong))
        .isEqualTo("unreached address pod.example (expected: an IP address)");
  }

  private void answer(String characters) {
    server.answer(FakeServer.raw(characters));
  }

  private static FakeServer.Answer endless(String head, String more) {
    byte[] piece = bytes(more.repeat(Math.max(1, 8_000 / more.length())));
    return (line, socket, out) -> {
      out.write(bytes(head));
      return writeForever(out, piece);
    };
  }

  private static boolean writeForever(OutputStream out, byte[] piece) throws java.io.IOException {
    while (true) {
      out.write(piece);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
