package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.testbed.gateway.Gateway;
import dev.pickwick.testbed.gateway.GatewayOptions;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin of another jar, and what becomes of requests it leaves no endpoint. */
class FilterTest {
  private static final String CONFIG =
      """
      apiVersion: inference.networking.x-k8s.io/v1alpha1
      kind: EndpointPickerConfig
      plugins: [{type: keep-none-test-filter}]
      schedulingProfiles:
      - {name: narrow, plugins: [{pluginRef: keep-none-test-filter}]}
      """;

  @TempDir Path directory;

  @Test
  void filter_leavesNothing_is429InTheReferencesWords() throws Exception {
    Path config = Files.writeString(directory.resolve("config.yaml"), CONFIG);
    try (PickerFixture picker =
            PickerFixture.start(
                directory,
                List.of("127.0.0.1:1"),
                "--secure-serving=false",
                "--config-file=" + config);
        Gateway gateway = Gateway.start(GatewayOptions.to(picker.address()));
        Clients clients = new Clients()) {
      HttpResponse<String> answer = clients.send(gateway.url(), "hi").join();

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.body())
          .isEqualTo(
              "inference error: ResourceExhausted - failed to find target endpoint: failed to run"
                  + " scheduler profile 'narrow'");
      assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
      assertThat(answer.headers().firstValue("x-llm-d-request-dropped-reason")).isPresent();
    }
  }
}
