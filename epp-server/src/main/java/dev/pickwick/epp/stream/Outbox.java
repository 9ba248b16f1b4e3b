package dev.pickwick.epp.stream;

import dev.pickwick.proto.extproc.Reply;
import dev.pickwick.proto.extproc.Segments;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Replies of one stream in the order they must leave; a body is cut into pieces only as each piece
 * is written.
 */
final class Outbox {

  /** Which way a body travels. */
  enum Direction {
    REQUEST,
    RESPONSE
  }

  private static final Segments NOTHING = new Segments();

  private sealed interface Entry {}

  private record Whole(Reply reply) implements Entry {}

  private record Body(Direction direction, Segments bytes, boolean end) implements Entry {}

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(4);

  /** How much of the first entry, if it is a body, has left. */
  private int position;

  private int requestBodies;
  private long responseBytes;

  void add(Reply reply) {
    entries.add(new Whole(reply));
  }

  /** Adds a body that grows no more; without bytes and end flag there is nothing to say. */
  void addBody(Direction direction, Segments bytes, boolean end) {
    if (bytes.length() == 0 && !end) {
      return;
    }
    entries.add(new Body(direction, bytes, end));
    if (direction == Direction.REQUEST) {
      requestBodies++;
    } else {
      responseBytes += bytes.length();
    }
  }

  void addBodyEnd(Direction direction) {
    addBody(direction, NOTHING, true);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether a part of the request body is still to leave. */
  boolean carriesRequestBody() {
    return requestBodies > 0;
  }

  /** Bytes of response bodies still to leave. */
  long responseBytes() {
    return responseBytes;
  }

  /** Takes out what must be written next, or null. */
  @Nullable Reply next() {
    return switch (entries.peek()) {
      case null -> null;
      case Whole whole -> {
        entries.remove();
        yield whole.reply();
      }
      case Body body -> nextPiece(body);
    };
  }

  /** Forgets everything, because nobody will read it. */
  void clear() {
    entries.clear();
    position = 0;
    requestBodies = 0;
    responseBytes = 0;
  }

  private Reply nextPiece(Body body) {
    int length = body.bytes().length();
    int size = Math.min(length - position, Reply.MAX_BODY_BYTES);
    Segments piece = size == length ? body.bytes() : body.bytes().slice(position, size);
    position += size;
    boolean last = position == length;
    if (body.direction() == Direction.RESPONSE) {
      responseBytes -= size;
    }
    if (last) {
      entries.remove();
      position = 0;
      requestBodies -= body.direction() == Direction.REQUEST ? 1 : 0;
    }
    boolean end = last && body.end();
    return body.direction() == Direction.REQUEST
        ? Reply.requestBody(piece, end)
        : Reply.responseBody(piece, end);
  }
}
