package dev.pickwick.benchmarks.demo;

import com.google.protobuf.ByteString;
import dev.pickwick.proto.extproc.Reply;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
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
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A picker that deals requests out in turn and looks at nothing; what the demo compares with. */
final class RoundRobinPicker implements AutoCloseable {
  private final List<String> endpoints;
  private final UnaryOperator<String> podOf;
  private final AtomicInteger next = new AtomicInteger();
  private final Server server;

  /**
   * Listens on a free port of loopback, without TLS.
   *
   * @param endpoints {@code ip:port} each
   * @param podOf the name of an endpoint's pod
   */
  RoundRobinPicker(List<String> endpoints, UnaryOperator<String> podOf) throws IOException {
    this.endpoints = List.copyOf(endpoints);
    this.podOf = podOf;
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create())
            .directExecutor()
            .addService(new Service())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Service extends ExternalProcessorGrpc.ExternalProcessorImplBase {
    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
      String endpoint = endpoints.get(Math.floorMod(next.getAndIncrement(), endpoints.size()));
      return new Exchange(endpoint, replies);
    }
  }

  /** One stream: headers are answered at once, bodies are echoed. */
  private final class Exchange implements StreamObserver<ProcessingRequest> {
    private final String endpoint;
    private final StreamObserver<ProcessingResponse> replies;

    Exchange(String endpoint, StreamObserver<ProcessingResponse> replies) {
      this.endpoint = endpoint;
      this.replies = replies;
    }

    @Override
    public void onNext(ProcessingRequest message) {
      switch (message.getRequestCase()) {
        case REQUEST_HEADERS ->
            replies.onNext(
                ProcessingResponse.newBuilder()
                    .setRequestHeaders(headers("x-gateway-destination-endpoint", endpoint))
                    .build());
        case REQUEST_BODY -> echo(message.getRequestBody(), true);
        case RESPONSE_HEADERS ->
            replies.onNext(
                ProcessingResponse.newBuilder()
                    .setResponseHeaders(headers("x-inference-pod", podOf.apply(endpoint)))
                    .build());
        case RESPONSE_BODY -> echo(message.getResponseBody(), false);
        case REQUEST_TRAILERS ->
            replies.onNext(
                ProcessingResponse.newBuilder()
                    .setRequestTrailers(TrailersResponse.getDefaultInstance())
                    .build());
        case RESPONSE_TRAILERS ->
            replies.onNext(
                ProcessingResponse.newBuilder()
                    .setResponseTrailers(TrailersResponse.getDefaultInstance())
                    .build());
        case REQUEST_NOT_SET -> {}
      }
    }

    @Override
    public void onError(Throwable cancelled) {
      // The gateway has gone; there is nothing to clear away.
    }

    @Override
    public void onCompleted() {
      replies.onCompleted();
    }

    private void echo(HttpBody body, boolean request) {
      ByteString bytes = body.getBody();
      for (int from = 0; from + Reply.MAX_BODY_BYTES < bytes.size(); from += Reply.MAX_BODY_BYTES) {
        send(bytes.substring(from, from + Reply.MAX_BODY_BYTES), false, request);
      }
      int whole = bytes.isEmpty() ? 0 : (bytes.size() - 1) / Reply.MAX_BODY_BYTES;
      send(bytes.substring(whole * Reply.MAX_BODY_BYTES), body.getEndOfStream(), request);
    }

    private void send(ByteString bytes, boolean end, boolean request) {
      BodyResponse body =
          BodyResponse.newBuilder()
              .setResponse(
                  CommonResponse.newBuilder()
                      .setBodyMutation(
                          BodyMutation.newBuilder()
                              .setStreamedResponse(
                                  StreamedBodyResponse.newBuilder()
                                      .setBody(bytes)
                                      .setEndOfStream(end))))
              .build();
      ProcessingResponse.Builder reply = ProcessingResponse.newBuilder();
      replies.onNext((request ? reply.setRequestBody(body) : reply.setResponseBody(body)).build());
    }

    private static HeadersResponse headers(String name, String value) {
      return HeadersResponse.newBuilder()
          .setResponse(
              CommonResponse.newBuilder()
                  .setHeaderMutation(
                      HeaderMutation.newBuilder()
                          .addSetHeaders(
                              HeaderValueOption.newBuilder()
                                  .setHeader(
                                      HeaderValue.newBuilder()
                                          .setKey(name)
                                          .setRawValue(ByteString.copyFromUtf8(value)))
                                  .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))))
          .build();
    }
  }
}
