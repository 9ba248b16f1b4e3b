package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Framing;
import dev.pickwick.testbed.http.HttpReader;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Hands a request's body to the picker without waiting for replies, then watches whether the client
 * stays. It ends when the next request's first byte comes or the client is gone.
 */
final class ClientReader implements Runnable {

  private final HttpReader reader;
  private final Framing framing;
  private final PickerStream stream;
  private final Wire wire;
  private final Dialect dialect;
  private final Runnable onGone;
  private volatile boolean bodyDone;
  private volatile Fields trailers = new Fields();

  ClientReader(
      HttpReader reader,
      Framing framing,
      PickerStream stream,
      Wire wire,
      Dialect dialect,
      Runnable onGone) {
    this.reader = reader;
    this.framing = framing;
    this.stream = stream;
    this.wire = wire;
    this.dialect = dialect;
    this.onGone = onGone;
    this.bodyDone = framing instanceof Framing.None;
  }

  /** Whether the whole body has been read from the client. */
  boolean isBodyDone() {
    return bodyDone;
  }

  /** Fields after the body; none before its end. */
  Fields trailers() {
    return trailers;
  }

  @Override
  public void run() {
    if (!bodyDone && !readBody()) {
      return;
    }
    try {
      if (reader.awaitInput()) {
        return;
      }
    } catch (IOException e) {
      // Reset or closed: gone either way.
    }
    onGone.run();
  }

  private boolean readBody() {
    var body = reader.body(framing);
    try {
      byte[] piece = next(body);
      for (; piece != null; piece = next(body)) {
        boolean _ = stream.send(wire.requestBody(piece));
      }
    } catch (IOException e) {
      cutOff(body);
      return false;
    }
    bodyDone = true;
    end(body);
    return true;
  }

  /** Envoy hands on in one message what has already arrived. */
  private byte @Nullable [] next(HttpReader.Body body) throws IOException {
    byte[] piece = body.next();
    if (piece == null || dialect != Dialect.ENVOY || !reader.hasBuffered()) {
      return piece;
    }
    var joined = new ByteArrayOutputStream();
    for (; piece != null; piece = reader.hasBuffered() ? body.next() : null) {
      joined.write(piece);
    }
    return joined.toByteArray();
  }

  /** agentgateway cannot tell a body cut off from a complete one and does not see who left. */
  private void cutOff(HttpReader.Body body) {
    if (dialect == Dialect.AGENTGATEWAY) {
      end(body);
    } else {
      onGone.run();
    }
  }

  private void end(HttpReader.Body body) {
    trailers = body.trailers();
    for (ProcessingRequest message : wire.requestEnd(body.trailers())) {
      boolean _ = stream.send(message);
    }
  }
}
