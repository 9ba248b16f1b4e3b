package dev.pickwick.epp.stream;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of one stream's message while it is still arriving, and tells its {@link
 * RequestStream}.
 *
 * <p>Once a message was asked for, gRPC takes all of it in, however long, and gives the gateway
 * credit for more as it does so; it says nothing before the last byte, except to a tracer. Used on
 * the event loop of the stream's connection.
 */
final class MessageTracer extends ServerStreamTracer {

  private static final Context.Key<MessageTracer> CURRENT = Context.key("pickwick-message-tracer");

  private final BodyBudget budget;
  private @Nullable RequestStream stream;

  /** Of the message that is arriving, in bytes. */
  private long received;

  /** What of that the budget knows. */
  private long counted;

  MessageTracer(BodyBudget budget) {
    this.budget = budget;
  }

  /** Traces every stream, also those of other services. */
  static Factory factory(BodyBudget budget) {
    return new Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new MessageTracer(budget);
      }
    };
  }

  /** Has the tracer of the call that is being opened tell this stream. */
  static void attach(RequestStream stream) {
    MessageTracer tracer = CURRENT.get();
    if (tracer == null) {
      throw new IllegalStateException("tracer: none (expected: one for every call)");
    }
    tracer.stream = stream;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** A piece has come. The first is not counted, since it mostly is the whole message. */
  @Override
  public void inboundWireSize(long bytes) {
    boolean first = received == 0;
    received += bytes;
    if (!first) {
      budget.arriving(received - counted);
      counted = received;
      if (stream != null) {
        stream.arriving(received);
      }
    }
  }

  /** The message is complete, and about to be delivered. */
  @Override
  public void inboundMessageRead(int number, long wireBytes, long bytes) {
    settle();
  }

  /** gRPC has let go of what had arrived. */
  @Override
  public void streamClosed(Status status) {
    settle();
  }

  private void settle() {
    received = 0;
    if (counted != 0) {
      budget.arrived(counted);
      counted = 0;
    }
  }
}
