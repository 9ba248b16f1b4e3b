package dev.pickwick.benchmarks.load;

import com.google.protobuf.ByteString;
import dev.pickwick.benchmarks.wire.Replies;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc.ExternalProcessorImplBase;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A picker that makes one chosen mistake. */
final class ScriptedPicker extends ExternalProcessorImplBase implements AutoCloseable {

  enum Mistake {
    NONE,
    REFUSES,
    ENDS_EARLY,
    BREAKS_OFF,
    NAMES_NOBODY,
    ALTERS_THE_BODY,
    CUTS_THE_BODY_OFF,
    ANSWERS_THE_BODY_FIRST,
    ANSWERS_HEADERS_TWICE,
    ALTERS_THE_RESPONSE,
    NEVER_ENDS
  }

  private final Mistake mistake;
  private final Server server;

  ScriptedPicker(Mistake mistake) throws IOException {
    this.mistake = mistake;
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create())
            .directExecutor()
            .addService(this)
            .build()
            .start();
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  @Override
  public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
    return new Exchange(replies);
  }

  private final class Exchange implements StreamObserver<ProcessingRequest> {

    private final StreamObserver<ProcessingResponse> replies;
    private ByteString body = ByteString.EMPTY;

    Exchange(StreamObserver<ProcessingResponse> replies) {
      this.replies = replies;
    }

    @Override
    public void onNext(ProcessingRequest message) {
      if (message.hasRequestBody()) {
        body = body.concat(message.getRequestBody().getBody());
        if (message.getRequestBody().getEndOfStream()) {
          answer();
        }
      } else if (message.hasResponseHeaders()) {
        send(Replies.responseHeaders());
      } else if (message.hasResponseBody()) {
        byte[] piece = message.getResponseBody().getBody().toByteArray();
        if (mistake == Mistake.ALTERS_THE_RESPONSE && piece.length > 0) {
          piece[piece.length - 3]++;
        }
        boolean end = message.getResponseBody().getEndOfStream();
        send(Replies.body(Replies.RESPONSE_BODY, piece, 0, piece.length, end));
      }
    }

    private void answer() {
      byte[] bytes = body.toByteArray();
      byte[] destination = Replies.destination("10.0.0.1:8000");
      switch (mistake) {
        case REFUSES ->
            replies.onNext(
                ProcessingResponse.newBuilder()
                    .setImmediateResponse(
                        ImmediateResponse.newBuilder()
                            .setStatus(HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests)))
                    .build());
        case ENDS_EARLY -> replies.onCompleted();
        case BREAKS_OFF -> replies.onError(Status.INTERNAL.asRuntimeException());
        case NAMES_NOBODY ->
            replies.onNext(
                ProcessingResponse.newBuilder()
                    .setRequestHeaders(HeadersResponse.getDefaultInstance())
                    .build());
        case ALTERS_THE_BODY -> {
          bytes[bytes.length / 2]++;
          send(destination);
          send(Replies.body(Replies.REQUEST_BODY, bytes, 0, bytes.length, true));
        }
        case CUTS_THE_BODY_OFF -> {
          send(destination);
          send(Replies.body(Replies.REQUEST_BODY, bytes, 0, bytes.length - 1, true));
        }
        case ANSWERS_THE_BODY_FIRST -> {
          send(Replies.body(Replies.REQUEST_BODY, bytes, 0, bytes.length, true));
          send(destination);
        }
        case ANSWERS_HEADERS_TWICE -> {
          send(destination);
          send(destination);
        }
        case NONE, ALTERS_THE_RESPONSE, NEVER_ENDS -> {
          send(destination);
          send(Replies.body(Replies.REQUEST_BODY, bytes, 0, bytes.length, true));
        }
      }
    }

    @Override
    public void onError(Throwable cancelled) {
      // The load has given the exchange up.
    }

    @Override
    public void onCompleted() {
      if (mistake == Mistake.NEVER_ENDS) {
        return;
      }
      if (mistake != Mistake.ENDS_EARLY && mistake != Mistake.BREAKS_OFF) {
        replies.onCompleted();
      }
    }

    private void send(byte[] reply) {
      try {
        replies.onNext(ProcessingResponse.parseFrom(reply));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
