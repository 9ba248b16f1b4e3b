package dev.pickwick.proto.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pickwick.proto.extproc.GatewayMessage.Kind;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExternalProcessorTest {

  private static final ProcessingRequest BODY =
      ProcessingRequest.newBuilder()
          .setRequestBody(
              HttpBody.newBuilder().setBody(ByteString.copyFromUtf8("hello")).setEndOfStream(true))
          .build();

  @Test
  void process_name_isTheGeneratedOne() {
    assertThat(ExternalProcessor.PROCESS.getFullMethodName())
        .isEqualTo(ExternalProcessorGrpc.getProcessMethod().getFullMethodName());
    assertThat(ExternalProcessor.PROCESS.getType())
        .isEqualTo(ExternalProcessorGrpc.getProcessMethod().getType());
    assertThat(ExternalProcessor.SERVICE).isEqualTo(ExternalProcessorGrpc.SERVICE_NAME);
  }

  @Test
  void process_generatedClient_isUnderstoodAndUnderstands() throws Exception {
    Server server =
        InProcessServerBuilder.forName("echo").directExecutor().addService(echo()).build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName("echo").directExecutor().build();
    try {
      List<ProcessingResponse> received = new CopyOnWriteArrayList<>();
      CompletableFuture<Void> done = new CompletableFuture<>();
      StreamObserver<ProcessingRequest> requests =
          ExternalProcessorGrpc.newStub(channel).process(collectInto(received, done));
      requests.onNext(BODY);
      requests.onNext(ProcessingRequest.getDefaultInstance());
      requests.onCompleted();
      done.get(10, TimeUnit.SECONDS);

      assertThat(received).hasSize(2);
      assertThat(
              received
                  .get(0)
                  .getRequestBody()
                  .getResponse()
                  .getBodyMutation()
                  .getStreamedResponse()
                  .getBody()
                  .toStringUtf8())
          .isEqualTo("hello");
      assertThat(received.get(1).hasRequestTrailers()).isTrue();
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  @Test
  void parse_streamOfUnknownLength_isReadToItsEnd() {
    InputStream unknownLength = new ByteArrayInputStream(BODY.toByteArray());

    assertThat(ExternalProcessor.PROCESS.parseRequest(unknownLength).bodyLength()).isEqualTo(5);
  }

  @Test
  void parse_streamDeliveringInPieces_isReadToItsEnd() {
    assertThat(
            ExternalProcessor.PROCESS
                .parseRequest(new Piecewise(BODY.toByteArray(), 0))
                .bodyLength())
        .isEqualTo(5);
  }

  @Test
  void parse_streamShorterThanAnnounced_isMalformed() {
    assertThat(ExternalProcessor.PROCESS.parseRequest(new Piecewise(new byte[] {0x22}, 5)).kind())
        .isEqualTo(Kind.MALFORMED);
  }

  @Test
  void parse_streamThatFails_isMalformedAndSaysWhy() {
    MethodDescriptor<GatewayMessage, Reply> process = ExternalProcessor.PROCESS;
    GatewayMessage tooLarge =
        process.parseRequest(
            failing(
                () -> {
                  throw Status.RESOURCE_EXHAUSTED.withDescription("too large").asRuntimeException();
                }));
    GatewayMessage corrupt =
        process.parseRequest(
            failing(
                () -> {
                  throw new IOException("corrupt gzip");
                }));

    assertThat(tooLarge.problem()).isEqualTo("message unreadable: RESOURCE_EXHAUSTED: too large");
    assertThat(corrupt.problem()).isEqualTo("message unreadable: corrupt gzip");
    assertThat(corrupt.kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void streamReply_read_givesTheSameBytesAsDrained() throws IOException {
    Reply reply = Reply.requestBody(new byte[] {1, 2, 3}, 0, 3, true);
    InputStream stream = ExternalProcessor.PROCESS.streamResponse(reply);

    assertThat(stream.available()).isEqualTo(reply.size());
    assertThat(stream.readAllBytes()).isEqualTo(reply.toByteArray());
    assertThat(stream.available()).isZero();
  }

  private static ServerServiceDefinition echo() {
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(ExternalProcessor.SERVICE)
            .addMethod(ExternalProcessor.PROCESS)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(ExternalProcessor.PROCESS, new Echo())
        .build();
  }

  private static StreamObserver<ProcessingResponse> collectInto(
      List<ProcessingResponse> received, CompletableFuture<Void> done) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ProcessingResponse response) {
        received.add(response);
      }

      @Override
      public void onError(Throwable problem) {
        done.completeExceptionally(problem);
      }

      @Override
      public void onCompleted() {
        done.complete(null);
      }
    };
  }

  private static InputStream failing(Failure failure) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        failure.raise();
        return -1;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return read();
      }
    };
  }

  private interface Failure {
    void raise() throws IOException;
  }

  /** Sends a body back, and request trailers for everything else. */
  private static final class Echo implements ServerCallHandler<GatewayMessage, Reply> {
    @Override
    public ServerCall.Listener<GatewayMessage> startCall(
        ServerCall<GatewayMessage, Reply> call, Metadata headers) {
      call.sendHeaders(new Metadata());
      call.request(1);
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(GatewayMessage message) {
          call.sendMessage(
              message.kind() == Kind.REQUEST_BODY
                  ? Reply.requestBody(
                      message.bytes(),
                      message.bodyOffset(),
                      message.bodyLength(),
                      message.endOfStream())
                  : Reply.requestTrailers());
          call.request(1);
        }

        @Override
        public void onHalfClose() {
          call.close(Status.OK, new Metadata());
        }
      };
    }
  }

  /** A stream that hands out one byte at a time and may announce more than it has. */
  private static final class Piecewise extends InputStream implements KnownLength {
    private final ByteArrayInputStream bytes;
    private final int tooMany;

    Piecewise(byte[] bytes, int tooMany) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.tooMany = tooMany;
    }

    @Override
    public int available() {
      return bytes.available() + tooMany;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return bytes.read(target, offset, Math.min(1, length));
    }
  }
}
