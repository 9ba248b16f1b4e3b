package dev.pickwick.epp.endtoend;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc.ExternalProcessorStub;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream played against a picker: the request's messages, then, once the request's headers have
 * been answered, the response's, then the half-close.
 */
final class Conversation {
  private static final long PATIENCE_SECONDS = 20;

  private final StreamObserver<ProcessingRequest> requests;
  private final List<ProcessingResponse> replies = new ArrayList<>();
  private final CompletableFuture<@Nullable Void> answered = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  Conversation(ExternalProcessorStub stub) {
    requests = stub.process(new Replies());
  }

  /** Plays the messages and waits until the picker has ended the stream. */
  void play(List<ProcessingRequest> messages) throws Exception {
    boolean responding = false;
    for (ProcessingRequest message : messages) {
      if (!responding && isResponse(message)) {
        responding = true;
        answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      requests.onNext(message);
    }
    requests.onCompleted();
    ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** All replies in order; complete after {@link #play}. */
  List<ProcessingResponse> replies() {
    synchronized (replies) {
      return List.copyOf(replies);
    }
  }

  private static boolean isResponse(ProcessingRequest message) {
    return message.hasResponseHeaders()
        || message.hasResponseBody()
        || message.hasResponseTrailers();
  }

  private final class Replies implements StreamObserver<ProcessingResponse> {
    @Override
    public void onNext(ProcessingResponse reply) {
      synchronized (replies) {
        replies.add(reply);
      }
      answered.complete(null);
    }

    @Override
    public void onError(Throwable failure) {
      answered.completeExceptionally(failure);
      ended.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      answered.complete(null);
      ended.complete(null);
    }
  }
}
