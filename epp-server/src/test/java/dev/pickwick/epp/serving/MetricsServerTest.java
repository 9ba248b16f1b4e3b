package dev.pickwick.epp.serving;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
  @Test
  void metrics_get_answersThePage() throws Exception {
    try (MetricsServer server = new MetricsServer(0, false, () -> "up 1\n")) {
      HttpResponse<String> answer = get(server, "/metrics");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("up 1\n");
      assertThat(answer.headers().firstValue("content-type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
    }
  }

  @Test
  void otherPaths_areNotFound() throws Exception {
    try (MetricsServer server = new MetricsServer(0, false, () -> "up 1\n")) {
      assertThat(get(server, "/").statusCode()).isEqualTo(404);
      assertThat(get(server, "/metricsandmore").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void portInUse_namesTheFlag() throws Exception {
    try (MetricsServer server = new MetricsServer(0, false, () -> "")) {
      assertThatThrownBy(() -> new MetricsServer(server.port(), false, () -> ""))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("metrics-port " + server.port());
    }
  }

  @Test
  void halfARequest_holdsUpNobody() throws Exception {
    try (MetricsServer server = new MetricsServer(0, false, () -> "up 1\n");
        Socket stalled = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      stalled.getOutputStream().write("GET /met".getBytes(US_ASCII));

      assertThat(get(server, "/metrics").body()).isEqualTo("up 1\n");
      // Still open, so the other one was not answered because this one was given up.
      stalled.getOutputStream().write("rics HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(US_ASCII));
      assertThat(stalled.getInputStream().readNBytes(12))
          .asString(US_ASCII)
          .isEqualTo("HTTP/1.1 200");
      assertThat(System.getProperty("sun.net.httpserver.maxReqTime")).isEqualTo("10");
      assertThat(System.getProperty("sun.net.httpserver.maxRspTime")).isEqualTo("10");
    }
  }

  @Test
  void morePagesAtOnceThanAreWorthIt_areRefused() throws Exception {
    CountDownLatch made = new CountDownLatch(MetricsServer.MOST_PAGES);
    CountDownLatch go = new CountDownLatch(1);
    Supplier<String> slow =
        () -> {
          made.countDown();
          return awaited(go) ? "up 1\n" : "";
        };
    try (MetricsServer server = new MetricsServer(0, false, slow);
        HttpClient client = HttpClient.newHttpClient();
        AutoCloseable _ = go::countDown) {
      HttpRequest request = request(server, "/metrics");
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < MetricsServer.MOST_PAGES; i++) {
        answers.add(client.sendAsync(request, BodyHandlers.ofString()));
      }
      assertThat(made.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(get(server, "/metrics").statusCode()).isEqualTo(503);

      go.countDown();
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.join().body()).isEqualTo("up 1\n");
      }
      assertThat(get(server, "/metrics").statusCode()).isEqualTo(200);
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static HttpResponse<String> get(MetricsServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request(server, path), BodyHandlers.ofString());
    }
  }

  private static HttpRequest request(MetricsServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(60))
        .build();
  }
}
