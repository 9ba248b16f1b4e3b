package dev.pickwick.proto.extproc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A reply on its way to the transport. A network transport drains it; one inside the process reads
 * it, and only then is it gathered into one array.
 */
final class ReplyStream extends InputStream implements KnownLength, Drainable {

  private @Nullable Reply reply;
  private InputStream gathered = InputStream.nullInputStream();

  ReplyStream(Reply reply) {
    this.reply = reply;
  }

  @Override
  public int available() throws IOException {
    return reply == null ? gathered.available() : reply.size();
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    if (reply == null) {
      return Math.toIntExact(gathered.transferTo(target));
    }
    int size = reply.size();
    reply.writeTo(target);
    reply = null;
    return size;
  }

  @Override
  public int read() throws IOException {
    return gathered().read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return gathered().read(target, offset, length);
  }

  private InputStream gathered() {
    if (reply != null) {
      gathered = new ByteArrayInputStream(reply.toByteArray());
      reply = null;
    }
    return gathered;
  }
}
