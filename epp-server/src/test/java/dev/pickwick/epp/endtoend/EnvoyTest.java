package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pickwick.testbed.server.ModelServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official client, and what the recordings' clients did, through a real Envoy with the
 * example's configuration; skipped where there is no Envoy.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyTest extends OpenAiScenarios {
  @TempDir static Path directory;

  private List<ModelServer> servers = List.of();
  private PickerFixture picker;
  private EnvoyProcess envoy;

  @SuppressWarnings("NullAway.Init") // filled by start()
  EnvoyTest() {}

  @BeforeAll
  void start() throws Exception {
    Optional<Path> binary = EnvoyProcess.binary();
    assumeTrue(binary.isPresent(), "no Envoy: set ENVOY to its binary, or put envoy on the path");
    servers = servers();
    picker = PickerFixture.forServers(directory, servers);
    envoy = EnvoyProcess.start(binary.get(), directory, picker.port());
  }

  @AfterAll
  @SuppressWarnings("UnnecessaryCheckNotNull") // start() may have been skipped
  void stop() throws Exception {
    if (envoy != null) {
      envoy.close();
    }
    if (picker != null) {
      picker.close();
    }
    for (ModelServer server : servers) {
      server.close();
    }
  }

  @Override
  String gatewayUrl() {
    return envoy.url();
  }

  @Override
  PickerFixture picker() {
    return picker;
  }

  @Test
  @Recorded("models-get")
  void models_get_isAnsweredByAPod() throws Exception {
    HttpResponse<String> answer = send(request("/v1/models").GET());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains(MODEL);
    assertThat(answer.headers().firstValue("x-inference-pod")).isPresent();
  }

  @Test
  @Recorded("empty-post")
  void emptyPost_reachesAPod() throws Exception {
    HttpResponse<String> answer = send(request("/v1/completions").POST(BodyPublishers.noBody()));

    assertThat(answer.headers().firstValue("x-inference-pod")).isPresent();
    assertThat(answer.body()).doesNotContain("inference error");
  }

  @Test
  @Recorded("options-preflight")
  void preflight_options_reachesAPod() throws Exception {
    HttpResponse<String> answer =
        send(request("/v1/completions").method("OPTIONS", BodyPublishers.noBody()));

    assertThat(answer.headers().firstValue("x-inference-pod")).isPresent();
  }

  @Test
  @Recorded("prompt-220kb")
  void prompt_of220Kilobytes_passesWhole() throws Exception {
    String prompt = "many words ".repeat(20_000);
    HttpResponse<String> answer =
        post(
            "/v1/completions",
            "{\"model\":\"" + MODEL + "\",\"max_tokens\":4,\"prompt\":\"" + prompt + "\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  @Recorded("client-names-destination")
  void clientNamesADestination_doesNotDecide() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/v1/completions")
                .header("x-gateway-destination-endpoint", "127.0.0.1:1")
                .POST(BodyPublishers.ofString("{\"model\":\"" + MODEL + "\",\"prompt\":\"hi\"}")));

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  @Recorded("no-model")
  void withoutModel_isRefused() throws Exception {
    HttpResponse<String> answer = post("/v1/completions", "{\"prompt\":\"hi\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo("inference error: BadRequest - model not found in request body");
  }

  @Test
  @Recorded("completion-curl-form")
  void formEncodedContentType_isReadAsJsonAllTheSame() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/v1/completions")
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"model\":\"" + MODEL + "\",\"prompt\":\"hi\"}")));

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  @Recorded("upload-with-trailers")
  void upload_inChunksEndedByTrailers_isAnswered() throws Exception {
    String body = "{\"model\":\"" + MODEL + "\",\"prompt\":\"hi\",\"max_tokens\":2}";
    String answer =
        raw(
            "POST /v1/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                + "transfer-encoding: chunked\r\ntrailer: x-checksum\r\n\r\n"
                + Integer.toHexString(body.length())
                + "\r\n"
                + body
                + "\r\n0\r\nx-checksum: 12\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200").contains("x-inference-pod: pod-");
  }

  @Test
  @Recorded("chunked-upload")
  void upload_inChunks_isAnswered() throws Exception {
    String begin = "{\"model\":\"" + MODEL + "\",\"pro";
    String end = "mpt\":\"hi\",\"max_tokens\":2}";
    String answer =
        raw(
            "POST /v1/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                + "transfer-encoding: chunked\r\n\r\n"
                + Integer.toHexString(begin.length())
                + "\r\n"
                + begin
                + "\r\n"
                + Integer.toHexString(end.length())
                + "\r\n"
                + end
                + "\r\n0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200").contains("x-inference-pod: pod-");
  }

  @Test
  @Recorded("http2-prior-knowledge")
  void http2_withoutUpgrade_isAnswered() throws Exception {
    // The JDK's client would ask for an upgrade, which Envoy declines.
    OkHttpClient client =
        new OkHttpClient.Builder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();
    Request request =
        new Request.Builder()
            .url(envoy.url() + "/v1/completions")
            .post(
                RequestBody.create(
                    "{\"model\":\"" + MODEL + "\",\"prompt\":\"h2\",\"max_tokens\":2}",
                    MediaType.get("application/json")))
            .build();
    try (Response answer = client.newCall(request).execute()) {
      assertThat(answer.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
      assertThat(answer.code()).isEqualTo(200);
      assertThat(answer.header("x-inference-pod")).startsWith("pod-");
    } finally {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  @Test
  @Recorded("expect-100")
  void upload_waitingForContinue_isAnswered() throws Exception {
    String body = "{\"model\":\"" + MODEL + "\",\"prompt\":\"hi\",\"max_tokens\":2}";
    String answer =
        raw(
            "POST /v1/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                + "expect: 100-continue\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body);

    assertThat(answer).contains("HTTP/1.1 200").contains("x-inference-pod: pod-");
  }

  @Test
  @Recorded("abort-mid-upload")
  void clientGone_inTheMiddleOfAnUpload_leavesNothingBehind() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), envoy.port())) {
      socket
          .getOutputStream()
          .write(
              bytes(
                  "POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\n"
                      + "{\"model\":\"m\",\"prompt\":\"begins"));
    }

    Awaitility.await().untilAsserted(() -> assertThat(picker.inFlight()).isZero());
  }

  @Test
  @Recorded("abort-mid-stream")
  void clientGone_inTheMiddleOfAnAnswer_leavesNothingBehind() throws Exception {
    String body =
        "{\"model\":\""
            + MODEL
            + "\",\"prompt\":\"hi\",\"max_tokens\":500,\"ignore_eos\":true,\"stream\":true}";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), envoy.port())) {
      socket
          .getOutputStream()
          .write(
              bytes(
                  "POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body));
      assertThat(socket.getInputStream().readNBytes(15)).hasSize(15);
      assertThat(picker.inFlight()).isPositive();
    }

    Awaitility.await().untilAsserted(() -> assertThat(picker.inFlight()).isZero());
  }

  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), envoy.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(bytes(request));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(envoy.url() + path))
        .version(HttpClient.Version.HTTP_1_1);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }
}
