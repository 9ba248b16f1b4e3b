package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.testbed.gateway.Gateway;
import dev.pickwick.testbed.gateway.GatewayOptions;
import dev.pickwick.testbed.server.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The official client through a gateway that behaves as agentgateway does. */
class OpenAiClientTest {
  @TempDir static Path directory;

  @Nested
  class OverTls extends ThroughAgentgateway {
    OverTls() {
      super(true);
    }
  }

  @Nested
  class OverPlaintext extends ThroughAgentgateway {
    OverPlaintext() {
      super(false);
    }
  }

  @Test
  void noEndpoints_is503InTheReferencesWords() throws Exception {
    try (PickerFixture picker =
            PickerFixture.start(directory, List.of(), "--secure-serving=false");
        Gateway gateway = Gateway.start(GatewayOptions.to(picker.address()));
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/completions"))
                  .version(HttpClient.Version.HTTP_1_1)
                  .POST(BodyPublishers.ofString("{\"model\":\"m\",\"prompt\":\"hi\"}"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body())
          .isEqualTo(
              "inference error: ServiceUnavailable - failed to find endpoint candidates for serving"
                  + " the request");
      assertThat(answer.headers().firstValue("x-llm-d-request-dropped-reason")).isPresent();
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class ThroughAgentgateway extends OpenAiScenarios {
    private final boolean tls;
    private List<ModelServer> servers = List.of();
    private PickerFixture picker;
    private Gateway gateway;

    @SuppressWarnings("NullAway.Init") // filled by start()
    ThroughAgentgateway(boolean tls) {
      this.tls = tls;
    }

    @BeforeAll
    void start() throws Exception {
      servers = servers();
      picker = PickerFixture.forServers(directory, servers, "--secure-serving=" + tls);
      gateway = Gateway.start(GatewayOptions.to(picker.address()).tls(tls));
    }

    @AfterAll
    void stop() throws Exception {
      gateway.close();
      picker.close();
      for (ModelServer server : servers) {
        server.close();
      }
    }

    @Override
    String gatewayUrl() {
      return gateway.url();
    }

    @Override
    PickerFixture picker() {
      return picker;
    }
  }
}
