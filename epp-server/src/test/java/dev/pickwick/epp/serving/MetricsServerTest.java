package dev.pickwick.epp.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

  private static HttpResponse<String> get(MetricsServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
          BodyHandlers.ofString());
    }
  }
}
