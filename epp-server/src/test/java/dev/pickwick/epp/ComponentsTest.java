package dev.pickwick.epp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.flags.FlagsResult;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentsTest {
  @TempDir Path directory;

  @Test
  void start_withAnEndpointsFile_servesHealthAndMetrics() throws Exception {
    Components picker = Components.start(flags());
    try {
      assertThat(picker.endpoints().snapshot().size()).isEqualTo(1);
      assertThat(health(picker, "inference-extension")).isEqualTo(ServingStatus.SERVING);
      assertThat(health(picker, "")).isEqualTo(ServingStatus.SERVING);
      assertThat(page(picker))
          .contains("pickwick_body_bytes_bound")
          .contains("inference_pool_ready_pods");
      assertThat(picker.grpcPort()).isPositive();
    } finally {
      picker.stop(Duration.ZERO);
    }
  }

  @Test
  void start_twice_worksAfterAStop() throws Exception {
    Components.start(flags()).stop(Duration.ZERO);
    Components.start(flags()).stop(Duration.ZERO);
  }

  @Test
  void stop_withARequestRunning_tellsHealthFirstAndClosesHealthAndMetricsLast() throws Exception {
    Components picker = Components.start(flags("--secure-serving=false"));
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", picker.grpcPort(), InsecureChannelCredentials.create())
            .build();
    Thread stopping = new Thread(() -> picker.stop(Duration.ofMinutes(1)));
    try {
      FirstReply replies = new FirstReply();
      StreamObserver<ProcessingRequest> gateway =
          ExternalProcessorGrpc.newStub(channel).process(replies);
      gateway.onNext(get("/v1/models"));
      assertThat(replies.first.join().hasRequestHeaders()).isTrue();

      stopping.start();
      Awaitility.await().until(() -> health(picker, "") == ServingStatus.NOT_SERVING);
      assertThat(page(picker)).contains("pickwick_requests_in_flight 1.0");
      assertThat(stopping.isAlive()).isTrue();

      gateway.onCompleted();
      stopping.join();
      assertThatThrownBy(() -> health(picker, "")).isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() -> page(picker)).isInstanceOf(IOException.class);
    } finally {
      channel.shutdownNow();
      stopping.join();
      picker.stop(Duration.ZERO);
    }
  }

  @Test
  void start_portTaken_namesTheFlag() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = "--grpc-port=" + taken.getLocalPort();

      assertThatThrownBy(() -> Components.start(flags(port)))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("grpc-port " + taken.getLocalPort());
    }
  }

  @Test
  void start_brokenConfiguration_tellsAllProblems() throws Exception {
    Path config = Files.writeString(directory.resolve("c.yaml"), "kind: x\ncolour: red\n");

    assertThatThrownBy(() -> Components.start(flags("--config-file=" + config)))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("apiVersion")
        .hasMessageContaining("colour");
  }

  @Test
  void start_missingConfiguration_namesTheFile() {
    assertThatThrownBy(() -> Components.start(flags("--config-file=no/such/file")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("failed to load config from a file 'no/such/file'");
  }

  @Test
  void start_missingEndpointsFile_namesTheFile() throws Exception {
    Flags flags =
        parsed(
            List.of(
                "--endpoints-file=no/such/file",
                "--grpc-port=0",
                "--grpc-health-port=0",
                "--metrics-port=0"));

    assertThatThrownBy(() -> Components.start(flags))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("no/such/file");
  }

  @Test
  void start_missingCertificate_namesTheDirectory() {
    assertThatThrownBy(() -> Components.start(flags("--cert-path=" + directory)))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(directory.toString());
  }

  private static ProcessingRequest get(String path) {
    HeaderMap headers =
        HeaderMap.newBuilder()
            .addHeaders(HeaderValue.newBuilder().setKey(":method").setValue("GET"))
            .addHeaders(HeaderValue.newBuilder().setKey(":path").setValue(path))
            .build();
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(headers).setEndOfStream(true))
        .build();
  }

  private Flags flags(String... more) throws Exception {
    Path endpoints =
        Files.writeString(
            directory.resolve("endpoints.yaml"),
            "endpoints: [{name: pod-1, address: 127.0.0.1, port: 1}]\n");
    List<String> args = new ArrayList<>();
    args.add("--endpoints-file=" + endpoints);
    args.addAll(List.of("--grpc-port=0", "--grpc-health-port=0", "--metrics-port=0"));
    args.addAll(List.of(more));
    return parsed(args);
  }

  private static Flags parsed(List<String> args) {
    return ((FlagsResult.Parsed) Flags.parse(args.toArray(new String[0]), Map.of())).flags();
  }

  private static ServingStatus health(Components picker, String service) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", picker.healthPort(), InsecureChannelCredentials.create())
            .build();
    try {
      return HealthGrpc.newBlockingStub(channel)
          .check(HealthCheckRequest.newBuilder().setService(service).build())
          .getStatus();
    } finally {
      channel.shutdownNow();
    }
  }

  private static String page(Components picker) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + picker.metricsPort() + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** The first reply of a stream, or why there is none. */
  private static final class FirstReply implements StreamObserver<ProcessingResponse> {
    private final CompletableFuture<ProcessingResponse> first = new CompletableFuture<>();

    @Override
    public void onNext(ProcessingResponse reply) {
      first.complete(reply);
    }

    @Override
    public void onError(Throwable failure) {
      first.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      first.completeExceptionally(new IllegalStateException("the stream ended without a reply"));
    }
  }
}
