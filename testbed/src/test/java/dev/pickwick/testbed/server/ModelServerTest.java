package dev.pickwick.testbed.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A fake model server over real HTTP. */
class ModelServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ModelServer server = start(ModelServerOptions.of("m"));

  @AfterEach
  void stop() throws IOException {
    server.close();
    client.close();
  }

  @Test
  void completion_seedDecides_lengthAndText() throws Exception {
    String body = "{\"model\":\"m\",\"prompt\":\"hello there\",\"max_tokens\":20}";
    JsonNode one = JSON.readTree(post("/v1/completions", body).body());
    JsonNode other = JSON.readTree(post("/v1/completions", body).body());
    assertThat(one.path("choices")).isEqualTo(other.path("choices"));
    assertThat(one.path("usage").path("prompt_tokens").intValue()).isEqualTo(3);
    assertThat(one.path("usage").path("completion_tokens").intValue()).isBetween(1, 20);
  }

  @Test
  void completion_ignoreEos_hasExactlyThatManyTokens() throws Exception {
    JsonNode answer =
        JSON.readTree(
            post(
                    "/v1/completions",
                    "{\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":7,\"ignore_eos\":true}")
                .body());
    assertThat(answer.path("usage").path("completion_tokens").intValue()).isEqualTo(7);
    assertThat(answer.path("choices").path(0).path("finish_reason").textValue())
        .isEqualTo("length");
  }

  @Test
  void completion_repeatedPrefix_reportsCachedTokens() throws Exception {
    String body = "{\"model\":\"m\",\"max_tokens\":1,\"prompt\":\"" + "x".repeat(256) + "\"}";
    post("/v1/completions", body);
    JsonNode usage = JSON.readTree(post("/v1/completions", body).body()).path("usage");
    assertThat(usage.path("prompt_tokens_details").path("cached_tokens").intValue()).isEqualTo(64);
    assertThat(server.stats().cachedTokens()).isEqualTo(64);
  }

  @Test
  void chat_streamed_endsWithUsageAndDone() throws Exception {
    String text =
        post(
                "/v1/chat/completions",
                """
                {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],
                 "max_tokens":2,"ignore_eos":true,"stream":true,
                 "stream_options":{"include_usage":true}}
                """)
            .body();
    List<String> events = List.of(text.split("\n\n", -1));
    assertThat(events).hasSize(7);
    assertThat(events.get(0)).contains("\"role\":\"assistant\"");
    assertThat(events.get(3)).contains("\"finish_reason\":\"length\"");
    assertThat(events.get(4)).contains("\"choices\":[]", "\"completion_tokens\":2");
    assertThat(events.get(5)).isEqualTo("data: [DONE]");
  }

  @Test
  void responses_andEmbeddings_areAnswered() throws Exception {
    String body = "{\"model\":\"m\",\"input\":\"hi\",\"max_output_tokens\":3}";
    assertThat(post("/v1/responses", body).body()).contains("\"output_text\"");
    JsonNode vector =
        JSON.readTree(post("/v1/embeddings", body).body()).path("data").path(0).path("embedding");
    assertThat(vector).hasSize(384);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"model\":\"x\",\"prompt\":\"p\"}                     | 404 | NotFoundError",
        "{\"model\":\"m\",\"prompt\":\"p\",\"max_tokens\":0}    | 400 | BadRequestError",
        "{\"model\":\"m\",\"prompt\":\"p\",\"ignore_eos\":true} | 400 | BadRequestError",
        "{\"model\":\"m\",\"prompt\":\"p\",\"max_tokens\":9999999} | 400 | BadRequestError",
        "{\"model\":\"m\",                                      | 400 | BadRequestError",
        "''                                                     | 400 | BadRequestError",
      })
  void completion_cannotBeServed_saysWhy(String body, int status, String type) throws Exception {
    HttpResponse<String> response = post("/v1/completions", body);
    assertThat(response.statusCode()).isEqualTo(status);
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertThat(error.path("type").textValue()).isEqualTo(type);
    assertThat(error.path("code").intValue()).isEqualTo(status);
    assertThat(error.path("message").textValue()).isNotEmpty();
  }

  @Test
  void returnErrorHeader_isObeyed() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/v1/completions"))
            .header("X-Return-Error", "503")
            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\",\"prompt\":\"p\"}"))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(503);
  }

  @Test
  void queueFull_is429() throws Exception {
    restart(
        ModelServerOptions.of("m")
            .slots(1, 0)
            .latency(Latency.fixed(Duration.ofSeconds(30), Duration.ZERO)));
    String body = "{\"model\":\"m\",\"prompt\":\"p\",\"max_tokens\":1}";
    var first = client.sendAsync(request("/v1/completions", body), string());
    await().until(() -> server.stats().running() == 1);
    assertThat(post("/v1/completions", body).statusCode()).isEqualTo(429);
    assertThat(server.stats().rejected()).isEqualTo(1);
    assertThat(server.stats().maxInFlight()).isEqualTo(2);
    first.cancel(true);
    await().until(() -> server.stats().aborted() == 1 && server.stats().running() == 0);
  }

  @Test
  void podHeaders_onlyWhenNamed() throws Exception {
    String body = "{\"model\":\"m\",\"prompt\":\"p\",\"max_tokens\":1}";
    assertThat(post("/v1/completions", body).headers().firstValue("x-inference-pod")).isEmpty();
    restart(ModelServerOptions.of("m").pod("pod-1", "ns"));
    var headers = post("/v1/completions", body).headers();
    assertThat(headers.firstValue("x-inference-pod")).hasValue("pod-1");
    assertThat(headers.firstValue("x-inference-port")).hasValue("" + server.port());
    assertThat(headers.firstValue("x-inference-namespace")).hasValue("ns");
  }

  @Test
  void adapters_canBeLoadedAndUnloaded() throws Exception {
    String body = "{\"model\":\"l\",\"prompt\":\"p\",\"max_tokens\":1}";
    assertThat(post("/v1/completions", body).statusCode()).isEqualTo(404);
    post("/v1/load_lora_adapter", "{\"lora_name\":\"l\",\"lora_path\":\"/x\"}");
    assertThat(post("/v1/completions", body).body()).contains("\"model\":\"l\"");
    assertThat(get("/v1/models").body()).contains("\"id\":\"l\"", "\"parent\":\"m\"");
    post("/v1/unload_lora_adapter", "{\"lora_name\":\"l\"}");
    assertThat(post("/v1/completions", body).statusCode()).isEqualTo(404);
  }

  @Test
  void scrapes_areCountedOnOneConnection() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }
    assertThat(server.stats().scrapes()).isEqualTo(3);
    assertThat(server.scrapeStarts()).hasSize(3).isSorted();
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void nameFilter_onlyWhenSwitchedOn() throws Exception {
    String path = "/metrics?name%5B%5D=vllm:num_requests_running";
    assertThat(get(path).body()).hasSizeGreaterThan(40_000);
    restart(ModelServerOptions.of("m").filtersByName(true));
    assertThat(get(path).body()).hasLineCount(3);
  }

  @Test
  void trtllm_textPageHasAnotherPath() throws Exception {
    restart(ModelServerOptions.of("m").dialect(MetricsDialect.TRTLLM));
    assertThat(get("/metrics").body()).isEqualTo("[]");
    assertThat(get("/prometheus/metrics").body()).contains("trtllm_num_requests_running");
  }

  @Test
  void state_canBeForcedOverHttp() throws Exception {
    post(
        "/admin/state",
        "{\"running-requests\":3,\"waiting-requests\":\"4\",\"kv-cache-usage\":0.25}");
    assertThat(get("/metrics").body())
        .contains("vllm:num_requests_running{engine=\"0\",model_name=\"m\"} 3.0")
        .contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"m\"} 4.0")
        .contains("vllm:kv_cache_usage_perc{engine=\"0\",model_name=\"m\"} 0.25");
    post("/admin/state", "{}");
    assertThat(get("/metrics").body())
        .contains("vllm:num_requests_running{engine=\"0\",model_name=\"m\"} 0.0");
  }

  @Test
  void fault_status_andItsEnd() throws Exception {
    post("/admin/faults", "{\"target\":\"metrics\",\"kind\":\"status\"}");
    assertThat(get("/metrics").statusCode()).isEqualTo(500);
    assertThat(get("/v1/models").statusCode()).isEqualTo(200);
    post("/admin/faults", "{}");
    assertThat(get("/metrics").statusCode()).isEqualTo(200);
    assertThat(post("/admin/faults", "{\"kind\":\"sulk\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void fault_delay_isWaitedFor() throws Exception {
    server.fault(Fault.Target.METRICS, Fault.delay(Duration.ofMillis(150)));
    long began = System.nanoTime();
    assertThat(get("/metrics").body()).contains("vllm:num_requests_running");
    assertThat(System.nanoTime() - began).isGreaterThan(150_000_000);
  }

  @Test
  void fault_hang_sendsTheHeadOnly() throws Exception {
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.HANG));
    HttpRequest request = HttpRequest.newBuilder(uri("/metrics")).build();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    try (InputStream body = response.body()) {
      assertThat(body.available()).isZero();
    }
    var whole = client.sendAsync(request, string());
    assertThatThrownBy(() -> whole.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      names = {"RESET", "CUT"})
  void fault_brokenConnection_isSeen(Fault.Kind kind) {
    server.fault(Fault.Target.METRICS, Fault.of(kind));
    assertThatThrownBy(() -> get("/metrics")).isInstanceOf(IOException.class);
  }

  @Test
  void fault_otherBodies_areSent() throws Exception {
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.HTML));
    assertThat(get("/metrics").body()).startsWith("<!DOCTYPE html>");
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.EMPTY));
    assertThat(get("/metrics").body()).isEmpty();
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.REDIRECT));
    assertThat(get("/metrics").headers().firstValue("location")).hasValue("/elsewhere");
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.NAN));
    assertThat(get("/metrics").body())
        .contains("vllm:num_requests_running{engine=\"0\",model_name=\"m\"} NaN");
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.MISSING));
    assertThat(get("/metrics").body())
        .contains("process_open_fds")
        .doesNotContain("\nvllm:num_requests_running");
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.ONE_BYTE_CHUNKS));
    assertThat(get("/metrics").body()).contains("vllm:num_requests_running");
  }

  @Test
  void fault_gzip_isSentUnasked() throws Exception {
    server.fault(Fault.Target.METRICS, Fault.of(Fault.Kind.GZIP));
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(uri("/metrics")).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
          .contains("vllm:num_requests_running");
    }
  }

  @Test
  void fault_huge_goesOnForAsLongAsAsked() throws Exception {
    server.fault(Fault.Target.METRICS, Fault.huge(20_000_000));
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(uri("/metrics")).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      assertThat(body.transferTo(OutputStream.nullOutputStream()))
          .isBetween(20_000_000L, 20_100_000L);
    }
  }

  @Test
  void fault_cutStream_breaksOff() {
    server.fault(Fault.Target.API, Fault.of(Fault.Kind.CUT));
    String body = "{\"model\":\"m\",\"prompt\":\"p\",\"max_tokens\":5,\"stream\":true}";
    assertThatThrownBy(() -> post("/v1/completions", body)).isInstanceOf(IOException.class);
  }

  @Test
  void addressTaken_isNamed() {
    var options = ModelServerOptions.of("m").listenOn("127.0.0.1", server.port());
    assertThatThrownBy(() -> ModelServer.start(options))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void manyServers_onTheSamePortOfManyAddresses() throws Exception {
    try (var other =
        ModelServer.start(ModelServerOptions.of("m").listenOn("127.0.0.9", server.port()))) {
      assertThat(other.endpoint()).isEqualTo("127.0.0.9:" + server.port());
    }
  }

  private static ModelServer start(ModelServerOptions options) {
    try {
      return ModelServer.start(options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void restart(ModelServerOptions options) throws IOException {
    server.close();
    server = start(options);
  }

  private URI uri(String path) {
    return URI.create("http://" + server.endpoint() + path);
  }

  private static HttpResponse.BodyHandler<String> string() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), string());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(uri(path))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(request(path, body), string());
  }
}
