package dev.pickwick.epp.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.pickwick.proto.extproc.ExternalProcessor;
import dev.pickwick.proto.extproc.GatewayMessage;
import dev.pickwick.proto.extproc.Reply;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as gRPC would drive it: hands over a message only when one was asked for, the half-close
 * only after the last message, and lets the test say whether the peer reads.
 */
class FakeCall extends ServerCall<GatewayMessage, Reply> {

  private final ArrayDeque<GatewayMessage> unread = new ArrayDeque<>();
  private final List<ProcessingResponse> replies = new ArrayList<>();
  private ServerCall.@Nullable Listener<GatewayMessage> listener;
  private @Nullable Status closed;
  private int credit = Integer.MAX_VALUE;
  private int requested;
  private boolean delivering;
  private boolean halfClosed;
  private boolean halfCloseDelivered;
  private boolean cancelled;

  void listen(ServerCall.Listener<GatewayMessage> listener) {
    this.listener = listener;
    deliver();
  }

  void arrive(GatewayMessage message) {
    unread.add(message);
    deliver();
  }

  void arriveHalfClose() {
    halfClosed = true;
    deliver();
  }

  void cancel() {
    cancelled = true;
    if (closed == null) {
      listener().onCancel();
    }
  }

  /**
   * The peer takes so many more messages; it is told of the first only when it took none before.
   */
  void allow(int messages) {
    boolean wasReady = isReady();
    credit = messages;
    if (!wasReady && isReady() && closed == null) {
      listener().onReady();
    }
  }

  List<ProcessingResponse> replies() {
    return replies;
  }

  @Nullable Status closed() {
    return closed;
  }

  /** Messages that have come and were not asked for. */
  int unread() {
    return unread.size();
  }

  @Override
  public void request(int count) {
    requested += count;
    deliver();
  }

  @Override
  public boolean isReady() {
    return credit > 0 && closed == null && !cancelled;
  }

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(Reply reply) {
    if (closed != null) {
      throw new IllegalStateException("call: closed (expected: open)");
    }
    credit--;
    try {
      replies.add(ProcessingResponse.parseFrom(reply.toByteArray()));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (closed != null) {
      throw new IllegalStateException("call: closed (expected: closed once)");
    }
    closed = status;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public MethodDescriptor<GatewayMessage, Reply> getMethodDescriptor() {
    return ExternalProcessor.PROCESS;
  }

  private void deliver() {
    if (delivering || listener == null || cancelled) {
      return;
    }
    delivering = true;
    while (requested > 0 && !unread.isEmpty() && closed == null) {
      requested--;
      listener().onMessage(unread.remove());
    }
    delivering = false;
    if (halfClosed && unread.isEmpty() && !halfCloseDelivered && closed == null) {
      halfCloseDelivered = true;
      listener().onHalfClose();
    }
  }

  private ServerCall.Listener<GatewayMessage> listener() {
    if (listener == null) {
      throw new IllegalStateException("listener: none (expected: a stream)");
    }
    return listener;
  }
}
