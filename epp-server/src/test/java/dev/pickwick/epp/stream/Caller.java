package dev.pickwick.epp.stream;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A gateway's end of one real stream. */
final class Caller extends ClientCall.Listener<ProcessingResponse> {

  private final ClientCall<ProcessingRequest, ProcessingResponse> call;
  private final BlockingQueue<ProcessingResponse> replies = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final Runnable onReady;

  /** A caller that reads everything at once. */
  Caller(Channel channel) {
    this(channel, Integer.MAX_VALUE, () -> {});
  }

  /**
   * @param reads how many replies it reads before it stands still
   * @param onReady run when the transport takes more messages
   */
  Caller(Channel channel, int reads, Runnable onReady) {
    this.onReady = onReady;
    call = channel.newCall(ExternalProcessorGrpc.getProcessMethod(), CallOptions.DEFAULT);
    call.start(this, new Metadata());
    call.request(reads);
  }

  Caller send(ProcessingRequest... messages) {
    for (ProcessingRequest message : messages) {
      call.sendMessage(message);
    }
    return this;
  }

  boolean isReady() {
    return call.isReady();
  }

  void halfClose() {
    call.halfClose();
  }

  void cancel() {
    call.cancel("the test's wish", null);
  }

  void read(int more) {
    call.request(more);
  }

  /** The next reply; fails when none comes within 20 s. */
  ProcessingResponse next() throws InterruptedException {
    ProcessingResponse reply = replies.poll(20, TimeUnit.SECONDS);
    if (reply == null) {
      throw new AssertionError("no reply within 20 s; the stream: " + end);
    }
    return reply;
  }

  /** The next reply, or null when none comes in so many milliseconds. */
  @Nullable ProcessingResponse poll(long millis) throws InterruptedException {
    return replies.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Replies that have come and were not taken by {@link #next}. */
  int waiting() {
    return replies.size();
  }

  boolean isOver() {
    return end.isDone();
  }

  /** How the stream ended, or that it is open, in words. */
  String state() {
    return end.isDone() ? end.join().toString() : "open";
  }

  /** How the stream ended; fails when it is still open after so many seconds. */
  Status.Code end(int seconds) throws InterruptedException {
    try {
      return end.get(seconds, TimeUnit.SECONDS).getCode();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new AssertionError("stream still open after " + seconds + " s", e);
    }
  }

  @Override
  public void onMessage(ProcessingResponse message) {
    replies.add(message);
  }

  @Override
  public void onReady() {
    onReady.run();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    end.complete(status);
  }
}
