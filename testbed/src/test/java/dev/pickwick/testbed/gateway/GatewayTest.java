package dev.pickwick.testbed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.pickwick.testbed.HostPort;
import dev.pickwick.testbed.server.Latency;
import dev.pickwick.testbed.server.ModelServer;
import dev.pickwick.testbed.server.ModelServerOptions;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway between a real HTTP client, a scripted picker and a fake model server. */
class GatewayTest {

  private static final String HI = "{\"model\":\"m\",\"prompt\":\"hi\",\"max_tokens\":3}";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final StreamRecorder recorder = new StreamRecorder();
  private ModelServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = ModelServer.start(ModelServerOptions.of("m"));
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
    client.close();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void completion_pickedServer_isAnswered(Dialect dialect) throws Exception {
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway = start(picker, dialect)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response = post(gateway, HI);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("text_completion", "prompt_tokens");
      }
      assertThat(server.stats().requests()).isEqualTo(3);
      assertThat(gateway.stats().destinations()).containsEntry(server.endpoint(), 3L);
      await().until(() -> gateway.stats().openStreams() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void get_noBody_isAnswered(Dialect dialect) throws Exception {
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway = start(picker, dialect)) {
      var request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/models")).build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .contains("\"id\":\"m\"");
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void stream_events_arriveOneByOne(Dialect dialect) throws Exception {
    server.close();
    server =
        ModelServer.start(
            ModelServerOptions.of("m")
                .latency(Latency.fixed(Duration.ofMillis(5), Duration.ofMillis(5))));
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway = start(picker, dialect)) {
      String body =
          "{\"model\":\"m\",\"prompt\":\"hi\",\"max_tokens\":5,\"ignore_eos\":true,\"stream\":true}";
      HttpResponse<String> response = post(gateway, body);
      assertThat(response.body()).endsWith("data: [DONE]\n\n");
      assertThat(recorder.stream(1).stream().filter(e -> isResponseBody(e)).count())
          .isGreaterThan(4);
    }
  }

  private static boolean isResponseBody(StreamEvent event) {
    return event.message() instanceof ProcessingRequest request && request.hasResponseBody();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1:80,10.0.0.2:80", "localhost:80", "10.0.0.1", "::1:80"})
  void destination_notOneAddress_is503(String destination) throws Exception {
    try (var picker = PlainPicker.to(destination);
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body())
          .isEqualTo("processing failed: EPP returned invalid address: " + destination);
    }
  }

  @Test
  void destination_notAnEndpoint_is503() throws Exception {
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway =
            Gateway.start(GatewayOptions.to(picker.address()).endpoints(Set.of("127.0.0.1:1")))) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).isEqualTo("no healthy backends");
    }
  }

  @Test
  void destination_deadPort_is503() throws Exception {
    try (var picker = PlainPicker.to("127.0.0.1:1");
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).startsWith("upstream call failed: ");
    }
  }

  @Test
  void picker_absent_is500() throws Exception {
    try (var gateway = Gateway.start(GatewayOptions.to("127.0.0.1:1"))) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).isEqualTo("ext_proc failed: no more response messages");
    }
  }

  @Test
  void picker_comesLate_isFoundAtOnce() throws Exception {
    int port;
    try (var first = PlainPicker.to(server.endpoint())) {
      port = HostPort.parse(first.address()).getPort();
    }
    try (var gateway = Gateway.start(GatewayOptions.to("127.0.0.1:" + port))) {
      for (int i = 0; i < 5; i++) {
        assertThat(post(gateway, HI).statusCode()).isEqualTo(500);
      }
      try (var _ = PlainPicker.to(server.endpoint(), port)) {
        await().until(() -> post(gateway, HI).statusCode() == 200);
      }
    }
  }

  @Test
  void picker_onTls_isNotVerified(@TempDir Path directory) throws Exception {
    try (var picker = PlainPicker.onTls(server.endpoint(), directory);
        var gateway = Gateway.start(GatewayOptions.to(picker.address()).tls(true))) {
      assertThat(post(gateway, HI).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusedRequests_ofAnySize_leaveNoStreamBehind() throws Exception {
    try (var picker = PlainPicker.to("nowhere");
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      String large = "{\"model\":\"m\",\"prompt\":\"" + "x".repeat(1_000_000) + "\"}";
      for (int i = 0; i < 10; i++) {
        assertThat(post(gateway, large).statusCode()).isEqualTo(503);
      }
      await().until(() -> gateway.stats().openStreams() == 0 && gateway.stats().active() == 0);
    }
  }

  @Test
  void picker_endsEarly_is500() throws Exception {
    var script = PlainPicker.script((_, replies) -> replies.onCompleted());
    try (var picker = PlainPicker.start(() -> script);
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      assertThat(post(gateway, HI).body()).isEqualTo("ext_proc failed: no more response messages");
    }
  }

  @Test
  void picker_endsBeforeResponseHeaders_is500() throws Exception {
    PlainPicker.Script forwarding = PlainPicker.forwarding(server.endpoint());
    var script =
        PlainPicker.script(
            (message, replies) -> {
              if (message.hasResponseHeaders()) {
                replies.onError(Status.INTERNAL.asRuntimeException());
              } else if (!message.hasResponseBody()) {
                forwarding.on(message, replies);
              }
            });
    try (var picker = PlainPicker.start(() -> script);
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(500);
    }
  }

  @Test
  void picker_silent_is504AfterRouteTimeout() throws Exception {
    var script = PlainPicker.script((_, _) -> {});
    try (var picker = PlainPicker.start(() -> script);
        var gateway =
            Gateway.start(
                GatewayOptions.to(picker.address())
                    .listener(recorder)
                    .routeTimeout(Duration.ofMillis(200)))) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(response.body()).isEqualTo("request timeout");
      await().until(() -> kinds(1).contains(StreamEvent.Kind.HALF_CLOSE));
      assertThat(kinds(1)).doesNotContain(StreamEvent.Kind.CANCEL);
    }
  }

  @Test
  void bodyReplies_beforeHeadersReply_hang() throws Exception {
    var script =
        PlainPicker.script(
            (message, replies) -> {
              if (message.getRequestBody().getEndOfStream()) {
                replies.onNext(PlainPicker.requestBody(new byte[] {1}, false));
                replies.onNext(PlainPicker.requestBody(new byte[] {2}, true));
                replies.onNext(PlainPicker.headers(server.endpoint()));
              }
            });
    try (var picker = PlainPicker.start(() -> script);
        var gateway =
            Gateway.start(
                GatewayOptions.to(picker.address()).routeTimeout(Duration.ofMillis(300)))) {
      assertThat(post(gateway, HI).statusCode()).isEqualTo(504);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void immediateResponse_beforeHeadersReply_isTheAnswer(Dialect dialect) throws Exception {
    var script =
        PlainPicker.script(
            (message, replies) -> {
              if (message.getRequestBody().getEndOfStream()) {
                replies.onNext(immediate(StatusCode.TooManyRequests, "later"));
                replies.onCompleted();
              }
            });
    try (var picker = PlainPicker.start(() -> script);
        var gateway = start(picker, dialect)) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(429);
      assertThat(response.body()).isEqualTo("later");
      assertThat(response.headers().firstValue("content-type").orElse("none"))
          .isEqualTo(dialect == Dialect.ENVOY ? "text/plain" : "none");
    }
  }

  @Test
  void immediateResponse_asAnswerToResponseHeaders_blanksTheBody() throws Exception {
    PlainPicker.Script forwarding = PlainPicker.forwarding(server.endpoint());
    var script =
        PlainPicker.script(
            (message, replies) -> {
              if (message.hasResponseHeaders()) {
                replies.onNext(immediate(StatusCode.BadGateway, "no"));
              } else if (!message.hasResponseBody()) {
                forwarding.on(message, replies);
              }
            });
    try (var picker = PlainPicker.start(() -> script);
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      HttpResponse<String> response = post(gateway, HI);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void upload_ofSeveralMegabytes_arrivesWhole() throws Exception {
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      String prompt = "word ".repeat(80_000);
      HttpResponse<String> response =
          post(gateway, "{\"model\":\"m\",\"max_tokens\":1,\"prompt\":\"" + prompt + "\"}");
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).contains("KV blocks");
    }
  }

  @Test
  void client_goneBeforeResponse_halfClosesAndNeverCancels() throws Exception {
    slowServer();
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway = start(picker, Dialect.AGENTGATEWAY)) {
      var future = client.sendAsync(request(gateway, HI), HttpResponse.BodyHandlers.ofString());
      await().until(() -> server.stats().running() == 1);
      future.cancel(true);
      await().until(() -> kinds(1).contains(StreamEvent.Kind.PICKER_END));
      assertThat(kinds(1))
          .contains(StreamEvent.Kind.HALF_CLOSE)
          .doesNotContain(StreamEvent.Kind.CANCEL);
      await().until(() -> server.stats().running() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void client_goneDuringStream_isToldByEnvoyOnly(Dialect dialect) throws Exception {
    server.close();
    server =
        ModelServer.start(
            ModelServerOptions.of("m")
                .latency(Latency.fixed(Duration.ofMillis(1), Duration.ofMillis(5))));
    try (var picker = PlainPicker.to(server.endpoint());
        var gateway = start(picker, dialect)) {
      String body =
          "{\"model\":\"m\",\"prompt\":\"hi\",\"max_tokens\":60,\"ignore_eos\":true,\"stream\":true}";
      HttpResponse<InputStream> response =
          client.send(request(gateway, body), HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.body().read()).isEqualTo('d');
      response.body().close();
      await().until(() -> server.stats().running() == 0);
      await().until(() -> gateway.stats().openStreams() == 0);
      long pieces = recorder.stream(1).stream().filter(e -> isResponseBody(e)).count();
      if (dialect == Dialect.AGENTGATEWAY) {
        assertThat(pieces).isGreaterThan(60);
        assertThat(kinds(1)).doesNotContain(StreamEvent.Kind.CANCEL);
      } else {
        assertThat(pieces).isLessThan(60);
        assertThat(kinds(1))
            .containsSubsequence(StreamEvent.Kind.HALF_CLOSE, StreamEvent.Kind.CANCEL);
      }
    }
  }

  private void slowServer() throws IOException {
    server.close();
    server =
        ModelServer.start(
            ModelServerOptions.of("m")
                .latency(Latency.fixed(Duration.ofSeconds(20), Duration.ZERO)));
  }

  private Gateway start(PlainPicker picker, Dialect dialect) throws IOException {
    return Gateway.start(GatewayOptions.to(picker.address()).dialect(dialect).listener(recorder));
  }

  private List<StreamEvent.Kind> kinds(long stream) {
    return recorder.stream(stream).stream().map(StreamEvent::kind).toList();
  }

  private HttpResponse<String> post(Gateway gateway, String body) throws Exception {
    return client.send(request(gateway, body), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(Gateway gateway, String body) {
    return HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/completions"))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static ProcessingResponse immediate(StatusCode code, String body) {
    return ProcessingResponse.newBuilder()
        .setImmediateResponse(
            ImmediateResponse.newBuilder()
                .setStatus(HttpStatus.newBuilder().setCode(code))
                .setBody(ByteString.copyFromUtf8(body)))
        .build();
  }
}
