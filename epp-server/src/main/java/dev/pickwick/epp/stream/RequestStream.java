package dev.pickwick.epp.stream;

import dev.pickwick.epp.stream.StreamEvents.End;
import dev.pickwick.proto.extproc.GatewayMessage;
import dev.pickwick.proto.extproc.Reply;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One ext_proc stream, which is one HTTP request: takes the gateway's messages in, lets the two
 * directions answer them, and writes the answers no faster than they are read.
 *
 * <p>Everything happens on the event loop of the stream's connection; there are no locks. At most
 * one message is asked for at a time, and only while all earlier answers have left, so that a
 * gateway that stops reading is itself no longer read.
 */
final class RequestStream extends ServerCall.Listener<GatewayMessage> implements BodyBudget.Holder {

  private final ServerCall<GatewayMessage, Reply> call;
  private final StreamServices services;
  private final LoopState loop;
  private final Outbox outbox = new Outbox();
  private final RequestSide request;
  private final ResponseSide response;

  /** A message was asked for and has not come yet. */
  private boolean asked;

  private boolean halfClosed;
  private boolean answered;
  private boolean over;
  private boolean closed;
  private long countedResponseBytes;

  /** Bytes of the message that has begun and is not complete. */
  private long arriving;

  /** Whether the stream may have to let go of that message. */
  private boolean doubted;

  RequestStream(ServerCall<GatewayMessage, Reply> call, StreamServices services, LoopState loop) {
    this.call = call;
    this.services = services;
    this.loop = loop;
    this.request = new RequestSide(services, loop, loop.lane().open(this), outbox);
    this.response = new ResponseSide(services, request, outbox);
    services.events().opened();
  }

  /** Asks for the first message. */
  void start() {
    assert loop.isCurrent();
    proceed();
  }

  @Override
  public void onMessage(GatewayMessage message) {
    assert loop.isCurrent();
    asked = false;
    arriving = 0;
    if (over) {
      return;
    }
    try {
      accept(message);
      proceed();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  @Override
  public void onReady() {
    assert loop.isCurrent();
    resume();
  }

  @Override
  public void onHalfClose() {
    assert loop.isCurrent();
    halfClosed = true;
    resume();
  }

  @Override
  public void onCancel() {
    assert loop.isCurrent();
    end(response.isComplete() ? End.COMPLETED : End.ABANDONED);
  }

  @Override
  public void onComplete() {
    assert loop.isCurrent();
    end(End.COMPLETED);
  }

  @Override
  public void resume() {
    if (over) {
      return;
    }
    try {
      proceed();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  @Override
  public void expire() {
    if (!over) {
      letGo(Refusal.outOfBodyMemory(services.budget()));
    }
  }

  /**
   * A further piece of a message has come. gRPC is in the midst of reading it, so that the stream
   * cannot be ended before this returns.
   *
   * @param bytes of the message in all; what fits into a window never has to go
   */
  void arriving(long bytes) {
    arriving = bytes;
    if (over) {
      return;
    }
    request.arriving();
    if (!doubted && mustStopArriving()) {
      doubted = true;
      loop.execute(this::stopArriving);
    }
  }

  /** Others may have let go, or the message come to its end, in the meantime. */
  private void stopArriving() {
    doubted = false;
    if (!over && mustStopArriving()) {
      letGo(Refusal.noRoom(services.budget()));
    }
  }

  private void letGo(Refusal refusal) {
    try {
      refuse(refusal);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private boolean mustStopArriving() {
    return arriving > loop.lane().window() && request.mustStopArriving();
  }

  private void accept(GatewayMessage message) {
    Refusal refusal =
        switch (message.kind()) {
          case REQUEST_HEADERS -> request.headers(message);
          case REQUEST_BODY -> request.body(message);
          case REQUEST_TRAILERS -> request.trailers(message);
          case RESPONSE_HEADERS -> response.headers(message);
          case RESPONSE_BODY -> response.body(message);
          case RESPONSE_TRAILERS -> response.trailers();
          case EMPTY -> null;
          case MALFORMED -> {
            breakOff(message.problem());
            yield null;
          }
        };
    if (refusal != null) {
      refuse(refusal);
    }
  }

  /** Does what can be done now: write, finish, or ask for the next message. */
  private void proceed() {
    write();
    if (over) {
      return;
    }
    if (halfClosed) {
      if (outbox.isEmpty()) {
        close(Status.OK, response.isComplete() ? End.COMPLETED : End.ABANDONED);
      }
    } else if (!asked && outbox.isEmpty() && call.isReady() && request.mayReceive()) {
      asked = true;
      // May deliver a message, or the half-close, before it returns: nothing may follow it.
      call.request(1);
    }
  }

  private void write() {
    while (!over && call.isReady()) {
      Reply next = outbox.next();
      if (next == null) {
        break;
      }
      send(next);
      request.written();
    }
    long unsent = outbox.responseBytes();
    if (unsent != countedResponseBytes) {
      services.budget().count(unsent - countedResponseBytes);
      countedResponseBytes = unsent;
    }
  }

  private void send(Reply reply) {
    if (!answered) {
      answered = true;
      call.sendHeaders(new Metadata());
    }
    call.sendMessage(reply);
  }

  /** Answers the client ourselves; once a reply has left, gateways cannot use that any more. */
  private void refuse(Refusal refusal) {
    request.failed(refusal.code(), refusal.message());
    if (answered) {
      close(Status.ABORTED.withDescription(refusal.message()), End.BROKEN);
    } else {
      send(refusal.reply());
      close(Status.OK, End.REFUSED);
    }
  }

  private void breakOff(@Nullable String problem) {
    String text = "malformed message: " + problem;
    services.events().malformedMessage(text);
    close(Status.INVALID_ARGUMENT.withDescription(text), End.BROKEN);
  }

  /** Nothing may be kept and nobody left waiting, whatever is broken here. */
  private void fail(Throwable failure) {
    Refusal internal = Refusal.internal();
    try {
      services.events().unexpected(failure);
      if (answered) {
        request.failed(internal.code(), internal.message());
      } else if (!over) {
        refuse(internal);
      }
    } catch (RuntimeException | Error e) {
      services.events().unexpected(e);
    } finally {
      if (!closed) {
        close(Status.INTERNAL.withDescription(internal.message()), End.BROKEN);
      }
    }
  }

  private void close(Status status, End end) {
    try {
      end(end);
    } finally {
      if (!closed) {
        closed = true;
        call.close(status, new Metadata());
      }
    }
  }

  /** Gives back whatever this stream holds; only the first call counts. */
  private void end(End end) {
    if (over) {
      return;
    }
    over = true;
    outbox.clear();
    if (countedResponseBytes != 0) {
      services.budget().count(-countedResponseBytes);
      countedResponseBytes = 0;
    }
    try {
      request.end();
    } finally {
      services.events().ended(end);
    }
  }
}
