package dev.pickwick.testbed.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** A picker on a real port that says what its script says. */
final class PlainPicker implements AutoCloseable {

  /** What happens on one stream: called for every message. */
  interface Script {
    void on(ProcessingRequest message, StreamObserver<ProcessingResponse> replies);

    default void onHalfClose(StreamObserver<ProcessingResponse> replies) {
      replies.onCompleted();
    }
  }

  private final Server server;

  private PlainPicker(Server server) {
    this.server = server;
  }

  /** Starts a picker; the supplier makes the script of each stream. */
  static PlainPicker start(Supplier<Script> scripts) throws IOException {
    return start(scripts, 0, null);
  }

  private static PlainPicker start(Supplier<Script> scripts, int port, @Nullable SslContext tls)
      throws IOException {
    var service =
        new ExternalProcessorGrpc.ExternalProcessorImplBase() {
          @Override
          public StreamObserver<ProcessingRequest> process(
              StreamObserver<ProcessingResponse> replies) {
            Script script = scripts.get();
            return new StreamObserver<>() {
              @Override
              public void onNext(ProcessingRequest message) {
                script.on(message, replies);
              }

              @Override
              public void onError(Throwable cause) {}

              @Override
              public void onCompleted() {
                script.onHalfClose(replies);
              }
            };
          }
        };
    var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    var builder = NettyServerBuilder.forAddress(address).addService(service);
    if (tls != null) {
      builder.sslContext(tls);
    }
    return new PlainPicker(builder.maxInboundMessageSize(64 << 20).build().start());
  }

  /** A picker that sends every request to one place and changes nothing. */
  static PlainPicker to(String destination) throws IOException {
    return start(() -> forwarding(destination));
  }

  /** The same on a given port. */
  static PlainPicker to(String destination, int port) throws IOException {
    return start(() -> forwarding(destination), port, null);
  }

  /** The same on TLS, with a certificate that nobody would trust. */
  static PlainPicker onTls(String destination, Path directory) throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=nobody",
                "-alias",
                "key",
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret",
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(new String(keytool.getInputStream().readAllBytes(), UTF_8));
    }
    var keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, "secret".toCharArray());
    SslContext tls = GrpcSslContexts.configure(SslContextBuilder.forServer(factory)).build();
    return start(() -> forwarding(destination), 0, tls);
  }

  /** Answers headers at the body's end, then the pieces; responses are passed as they come. */
  static Script forwarding(String destination) {
    return new Script() {
      private final ByteArrayOutputStream body = new ByteArrayOutputStream();

      @Override
      public void on(ProcessingRequest message, StreamObserver<ProcessingResponse> replies) {
        switch (message.getRequestCase()) {
          case REQUEST_HEADERS -> {
            if (message.getRequestHeaders().getEndOfStream()) {
              replies.onNext(headers(destination));
            }
          }
          case REQUEST_BODY -> {
            body.writeBytes(message.getRequestBody().getBody().toByteArray());
            if (message.getRequestBody().getEndOfStream()) {
              replies.onNext(headers(destination));
              replies.onNext(requestBody(body.toByteArray(), true));
            }
          }
          case RESPONSE_HEADERS ->
              replies.onNext(
                  ProcessingResponse.newBuilder().setResponseHeaders(unchanged()).build());
          case RESPONSE_BODY -> replies.onNext(responseBody(message.getResponseBody()));
          case RESPONSE_TRAILERS ->
              replies.onNext(
                  ProcessingResponse.newBuilder()
                      .setResponseTrailers(TrailersResponse.getDefaultInstance())
                      .build());
          case REQUEST_TRAILERS, REQUEST_NOT_SET -> {}
        }
      }
    };
  }

  static Script script(
      BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> onMessage) {
    return onMessage::accept;
  }

  static ProcessingResponse headers(String destination) {
    return ProcessingResponse.newBuilder()
        .setRequestHeaders(
            HeadersResponse.newBuilder()
                .setResponse(
                    CommonResponse.newBuilder()
                        .setClearRouteCache(true)
                        .setHeaderMutation(
                            HeaderMutation.newBuilder()
                                .addSetHeaders(
                                    set("x-gateway-destination-endpoint", destination)))))
        .setDynamicMetadata(
            Struct.newBuilder()
                .putFields(
                    "envoy.lb",
                    Value.newBuilder()
                        .setStructValue(
                            Struct.newBuilder()
                                .putFields(
                                    "x-gateway-destination-endpoint",
                                    Value.newBuilder().setStringValue(destination).build()))
                        .build()))
        .build();
  }

  static HeaderValueOption set(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
        .build();
  }

  static ProcessingResponse requestBody(byte[] body, boolean end) {
    return ProcessingResponse.newBuilder()
        .setRequestBody(streamed(ByteString.copyFrom(body), end))
        .build();
  }

  static ProcessingResponse responseBody(HttpBody body) {
    return ProcessingResponse.newBuilder()
        .setResponseBody(streamed(body.getBody(), body.getEndOfStream()))
        .build();
  }

  static HeadersResponse unchanged() {
    return HeadersResponse.newBuilder().setResponse(CommonResponse.getDefaultInstance()).build();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static BodyResponse streamed(ByteString body, boolean end) {
    return BodyResponse.newBuilder()
        .setResponse(
            CommonResponse.newBuilder()
                .setBodyMutation(
                    BodyMutation.newBuilder()
                        .setStreamedResponse(
                            StreamedBodyResponse.newBuilder().setBody(body).setEndOfStream(end))))
        .build();
  }
}
