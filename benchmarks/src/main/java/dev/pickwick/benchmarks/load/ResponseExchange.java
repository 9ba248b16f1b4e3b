package dev.pickwick.benchmarks.load;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/**
 * One exchange without a request body whose response is large: a gateway that reads all replies, or
 * one that stops reading after the first of them.
 */
final class ResponseExchange
    implements ClientResponseObserver<ProcessingRequest, ProcessingResponse> {
  private static final int CHUNK_BYTES = 16 << 10;
  private static final ByteString CHUNK = ByteString.copyFrom(new byte[CHUNK_BYTES]);
  private static final int BEFORE_STALLING = 2;

  private final int chunks;
  private final boolean stalls;
  private final Runnable completed;
  private @Nullable ClientCallStreamObserver<ProcessingRequest> requests;
  private boolean answered;
  private int sent;

  /**
   * An exchange, which begins with its call.
   *
   * @param responseBytes size of the response, rounded up to whole chunks of 16 KiB
   * @param stalls whether it stops reading
   * @param completed run when the last piece came back and the stream ended well
   */
  ResponseExchange(int responseBytes, boolean stalls, Runnable completed) {
    this.chunks = (responseBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    this.stalls = stalls;
    this.completed = completed;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ProcessingRequest> stream) {
    requests = stream;
    if (stalls) {
      stream.disableAutoRequestWithInitial(BEFORE_STALLING);
    }
    stream.setOnReadyHandler(this::sendOn);
  }

  /** Sends the request; to be called once, after the call was made. */
  void begin() {
    call().onNext(requestHeaders());
  }

  /** Gives the stream up. */
  void cancel() {
    call().cancel("the slice is over", null);
  }

  @Override
  public void onNext(ProcessingResponse reply) {
    if (reply.hasRequestHeaders()) {
      answered = true;
      call().onNext(responseHeaders());
      sendOn();
    } else if (reply.hasResponseBody()
        && reply
            .getResponseBody()
            .getResponse()
            .getBodyMutation()
            .getStreamedResponse()
            .getEndOfStream()) {
      call().onCompleted();
    }
  }

  @Override
  public void onError(Throwable failure) {
    // Only exchanges that end well are counted; cancelled ones end here.
  }

  @Override
  public void onCompleted() {
    completed.run();
  }

  private void sendOn() {
    while (answered && sent <= chunks && call().isReady()) {
      boolean end = sent == chunks;
      call()
          .onNext(
              ProcessingRequest.newBuilder()
                  .setResponseBody(
                      HttpBody.newBuilder()
                          .setBody(end ? ByteString.EMPTY : CHUNK)
                          .setEndOfStream(end))
                  .build());
      sent++;
    }
  }

  private ClientCallStreamObserver<ProcessingRequest> call() {
    ClientCallStreamObserver<ProcessingRequest> call = requests;
    if (call == null) {
      throw new IllegalStateException("the call has not been made");
    }
    return call;
  }

  private static ProcessingRequest requestHeaders() {
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(headers(":path", "/v1/models").setEndOfStream(true))
        .build();
  }

  private static ProcessingRequest responseHeaders() {
    return ProcessingRequest.newBuilder().setResponseHeaders(headers(":status", "200")).build();
  }

  private static HttpHeaders.Builder headers(String name, String value) {
    return HttpHeaders.newBuilder()
        .setHeaders(
            HeaderMap.newBuilder()
                .addHeaders(
                    HeaderValue.newBuilder()
                        .setKey(name)
                        .setRawValue(ByteString.copyFromUtf8(value))));
  }
}
