package dev.pickwick.benchmarks.wire;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** The ext_proc method with messages left as they are on the wire. */
public final class RawMethod {

  /** Full name of the gRPC service. */
  public static final String SERVICE = "envoy.service.ext_proc.v3.ExternalProcessor";

  /** The bidirectional {@code Process} method; messages are whole encoded protobuf messages. */
  public static final MethodDescriptor<byte[], byte[]> PROCESS =
      MethodDescriptor.newBuilder(new Bytes(), new Bytes())
          .setType(MethodType.BIDI_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Process"))
          .build();

  private RawMethod() {}

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] message) {
      return new Message(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        if (!(stream instanceof KnownLength)) {
          return stream.readAllBytes();
        }
        byte[] message = new byte[stream.available()];
        stream.readNBytes(message, 0, message.length);
        return message;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A message that gRPC takes in one piece. */
  private static final class Message extends InputStream implements KnownLength, Drainable {

    private final byte[] bytes;
    private int position;

    Message(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int available() {
      return bytes.length - position;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int count = available();
      target.write(bytes, position, count);
      position = bytes.length;
      return count;
    }

    @Override
    public int read() {
      return position == bytes.length ? -1 : bytes[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length > 0 && position == bytes.length) {
        return -1;
      }
      int count = Math.min(length, available());
      System.arraycopy(bytes, position, target, offset, count);
      position += count;
      return count;
    }
  }
}
