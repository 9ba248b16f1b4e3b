package dev.pickwick.benchmarks.floor;

import dev.pickwick.benchmarks.wire.Piece;
import dev.pickwick.benchmarks.wire.Replies;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * One stream of a floor: answers when the request body has ended, and each message of the response
 * at once. Requests that consist of headers only are not answered; the load has none.
 */
final class FloorStream extends ServerCall.Listener<byte[]> {

  /** Field numbers of a gateway's messages. */
  private static final int REQUEST_BODY = 4;

  private static final int RESPONSE_HEADERS = 3;
  private static final int RESPONSE_BODY = 5;

  /** Most bytes of a body that gateways take in one reply. */
  private static final int MOST_PIECE_BYTES = 62_000;

  private static final byte[] NOTHING = {};
  private static final byte[] RESPONSE_HEADERS_REPLY = Replies.responseHeaders();
  private static final byte[] REQUEST_END = Replies.body(Replies.REQUEST_BODY, NOTHING, 0, 0, true);
  private static final byte[] RESPONSE_PIECE =
      Replies.body(Replies.RESPONSE_BODY, NOTHING, 0, 0, false);
  private static final byte[] RESPONSE_END =
      Replies.body(Replies.RESPONSE_BODY, NOTHING, 0, 0, true);

  private final ServerCall<byte[], byte[]> call;
  private final FloorKind kind;
  private final Supplier<byte[]> destinationReply;
  private final Piece piece = new Piece();
  private final Queue<byte[]> held = new ArrayDeque<>();
  private boolean waiting;

  FloorStream(ServerCall<byte[], byte[]> call, FloorKind kind, Supplier<byte[]> destinationReply) {
    this.call = call;
    this.kind = kind;
    this.destinationReply = destinationReply;
  }

  void start() {
    call.sendHeaders(new Metadata());
    call.request(1);
  }

  @Override
  public void onMessage(byte[] message) {
    try {
      accept(message);
    } catch (IOException e) {
      call.close(Status.INVALID_ARGUMENT.withDescription(e.getMessage()), new Metadata());
      return;
    }
    waiting = !call.isReady();
    if (!waiting) {
      call.request(1);
    }
  }

  @Override
  public void onReady() {
    if (waiting) {
      waiting = false;
      call.request(1);
    }
  }

  @Override
  public void onHalfClose() {
    call.close(Status.OK, new Metadata());
  }

  private void accept(byte[] message) throws IOException {
    switch (Piece.kind(message)) {
      case REQUEST_BODY -> {
        piece.ofRequest(message);
        if (kind == FloorKind.ECHO && piece.length() > 0) {
          held.add(message);
        }
        if (piece.end()) {
          answer();
        }
      }
      case RESPONSE_HEADERS -> call.sendMessage(RESPONSE_HEADERS_REPLY);
      case RESPONSE_BODY -> {
        piece.ofRequest(message);
        if (kind == FloorKind.ECHO) {
          echo(Replies.RESPONSE_BODY, message, piece.end());
        } else {
          call.sendMessage(piece.end() ? RESPONSE_END : RESPONSE_PIECE);
        }
      }
      default -> {} // headers are answered with the body, trailers do not occur
    }
  }

  private void answer() throws IOException {
    call.sendMessage(destinationReply.get());
    if (held.isEmpty()) {
      call.sendMessage(REQUEST_END);
    }
    for (byte[] next = held.poll(); next != null; next = held.poll()) {
      piece.ofRequest(next);
      echo(Replies.REQUEST_BODY, next, held.isEmpty());
    }
  }

  private void echo(int reply, byte[] message, boolean end) {
    int offset = piece.offset();
    int left = piece.length();
    for (; left > MOST_PIECE_BYTES; left -= MOST_PIECE_BYTES, offset += MOST_PIECE_BYTES) {
      call.sendMessage(Replies.body(reply, message, offset, MOST_PIECE_BYTES, false));
    }
    call.sendMessage(Replies.body(reply, message, offset, left, end));
  }
}
