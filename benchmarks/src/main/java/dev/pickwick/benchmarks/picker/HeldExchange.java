package dev.pickwick.benchmarks.picker;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc.ExternalProcessorStub;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** One exchange that stays open after its request was placed, until it is told to end. */
public final class HeldExchange implements StreamObserver<ProcessingResponse> {

  private static final int CHUNK_BYTES = 16 << 10;
  private static final String DESTINATION = "x-gateway-destination-endpoint";

  private final CompletableFuture<String> placed = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final StreamObserver<ProcessingRequest> requests;

  /** Opens the stream, and sends nothing yet. */
  public HeldExchange(ExternalProcessorStub stub) {
    requests = stub.process(this);
  }

  /**
   * Sends the request, its body in messages of 16 KiB.
   *
   * @param body JSON, not empty
   */
  public void send(ByteString body) {
    requests.onNext(
        ProcessingRequest.newBuilder()
            .setRequestHeaders(
                headers(
                    ":method",
                    "POST",
                    ":path",
                    "/v1/completions",
                    "content-type",
                    "application/json"))
            .build());
    for (int at = 0; at < body.size(); at += CHUNK_BYTES) {
      int end = Math.min(body.size(), at + CHUNK_BYTES);
      requests.onNext(
          ProcessingRequest.newBuilder()
              .setRequestBody(
                  HttpBody.newBuilder()
                      .setBody(body.substring(at, end))
                      .setEndOfStream(end == body.size()))
              .build());
    }
  }

  /** Where the request is to go, once that is known; fails when the stream does. */
  public CompletableFuture<String> placed() {
    return placed;
  }

  /** Sends an empty response and ends the stream; done once the picker has ended it too. */
  public CompletableFuture<Void> end() {
    requests.onNext(
        ProcessingRequest.newBuilder()
            .setResponseHeaders(headers(":status", "200").setEndOfStream(true))
            .build());
    requests.onCompleted();
    return ended;
  }

  @Override
  public void onNext(ProcessingResponse reply) {
    if (reply.hasRequestHeaders()) {
      for (HeaderValueOption each :
          reply.getRequestHeaders().getResponse().getHeaderMutation().getSetHeadersList()) {
        if (each.getHeader().getKey().equals(DESTINATION)) {
          placed.complete(each.getHeader().getRawValue().toStringUtf8());
        }
      }
    } else if (reply.hasImmediateResponse()) {
      placed.completeExceptionally(
          new IllegalStateException("refused: " + reply.getImmediateResponse().getStatus()));
    }
  }

  @Override
  public void onError(Throwable failure) {
    placed.completeExceptionally(failure);
    ended.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    placed.completeExceptionally(new IllegalStateException("ended without a destination"));
    ended.complete(null);
  }

  private static HttpHeaders.Builder headers(String... namesAndValues) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.addHeaders(
          HeaderValue.newBuilder()
              .setKey(namesAndValues[i])
              .setRawValue(ByteString.copyFromUtf8(namesAndValues[i + 1])));
    }
    return HttpHeaders.newBuilder().setHeaders(map);
  }
}
