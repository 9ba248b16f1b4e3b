package dev.pickwick.testbed.gateway;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One ext_proc stream, for threads that may block: ten replies are buffered, and a message is sent
 * only while the picker takes messages in.
 */
final class PickerStream {

  private static final int BUFFERED_REPLIES = 10;

  private final long number;
  private final StreamListener listener;
  private final Runnable onEnd;
  private final long began = System.nanoTime();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ProcessingResponse> replies = new ArrayDeque<>();
  private @Nullable ClientCallStreamObserver<ProcessingRequest> call;
  private boolean halfClosed;
  private boolean cancelled;
  private @Nullable Status end;
  private boolean sentAny;

  private PickerStream(long number, StreamListener listener, Runnable onEnd) {
    this.number = number;
    this.listener = listener;
    this.onEnd = onEnd;
  }

  /**
   * Opens a stream.
   *
   * @param onEnd runs once when the picker has ended it or it broke
   */
  static PickerStream open(
      ExternalProcessorGrpc.ExternalProcessorStub stub,
      long number,
      StreamListener listener,
      Runnable onEnd) {
    var stream = new PickerStream(number, listener, onEnd);
    var _ = stub.process(stream.new Replies());
    return stream;
  }

  /**
   * Sends a message, waiting until the picker takes it in; the first one never waits.
   *
   * @return false when the stream is over
   */
  boolean send(ProcessingRequest message) {
    lock.lock();
    try {
      ClientCallStreamObserver<ProcessingRequest> open = call;
      while (open != null && sentAny && !open.isReady() && isOpen()) {
        changed.awaitUninterruptibly();
      }
      if (open == null || !isOpen()) {
        return false;
      }
      sentAny = true;
      note(StreamEvent.Kind.TO_PICKER, message, "");
      open.onNext(message);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The next reply, waiting for it; null when the stream has ended. */
  @Nullable ProcessingResponse receive() {
    lock.lock();
    try {
      while (replies.isEmpty() && end == null && !cancelled) {
        changed.awaitUninterruptibly();
      }
      ProcessingResponse reply = replies.poll();
      if (reply != null && end == null && call != null) {
        call.request(1);
      }
      return reply;
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing more will be sent; harmless when repeated. */
  void halfClose() {
    lock.lock();
    try {
      if (call != null && isOpen()) {
        halfClosed = true;
        note(StreamEvent.Kind.HALF_CLOSE, null, "");
        call.onCompleted();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives the stream up; harmless when it is over. */
  void cancel() {
    lock.lock();
    try {
      if (call != null && end == null && !cancelled) {
        cancelled = true;
        note(StreamEvent.Kind.CANCEL, null, "");
        call.cancel("finished", null);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How the picker ended the stream, or null while it has not. */
  @Nullable Status end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpen() {
    return !halfClosed && !cancelled && end == null;
  }

  private void note(
      StreamEvent.Kind kind, com.google.protobuf.@Nullable Message message, String note) {
    listener.onEvent(number, new StreamEvent(kind, System.nanoTime() - began, message, note));
  }

  private final class Replies
      implements ClientResponseObserver<ProcessingRequest, ProcessingResponse> {

    @Override
    public void beforeStart(ClientCallStreamObserver<ProcessingRequest> requests) {
      requests.disableAutoRequestWithInitial(BUFFERED_REPLIES);
      requests.setOnReadyHandler(this::signal);
      lock.lock();
      try {
        call = requests;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onNext(ProcessingResponse reply) {
      lock.lock();
      try {
        note(StreamEvent.Kind.FROM_PICKER, reply, "");
        replies.add(reply);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable cause) {
      ended(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
      ended(Status.OK);
    }

    private void signal() {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void ended(Status status) {
      lock.lock();
      try {
        if (end != null) {
          return;
        }
        end = status;
        if (!cancelled) {
          note(StreamEvent.Kind.PICKER_END, null, status.getCode().toString());
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      onEnd.run();
    }
  }
}
