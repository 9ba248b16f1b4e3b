package dev.pickwick.epp.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/** A gateway that writes its HTTP/2 frames by hand, so that it can do what no library does. */
final class RawClient implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;

  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    out = new DataOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
    out.write(PREFACE);
    write(SETTINGS, 0, 0, new byte[0]);
  }

  /** One frame of the server. */
  // Looked at once, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(int type, int flags, int stream, byte[] payload) {

    boolean endsStream() {
      return (type == DATA || type == HEADERS) && (flags & 1) != 0;
    }

    boolean isAcknowledgedPing() {
      return type == PING && (flags & ACK) != 0;
    }

    /** The number that a reset or a window update consists of. */
    int number() {
      int number = 0;
      for (byte each : payload) {
        number = (number << 8) | (each & 0xFF);
      }
      return number;
    }
  }

  /** Opens the ext_proc method on a stream. */
  void open(int stream) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", "POST");
    literal(block, ":scheme", "http");
    literal(block, ":path", "/envoy.service.ext_proc.v3.ExternalProcessor/Process");
    literal(block, ":authority", "picker");
    literal(block, "content-type", "application/grpc");
    literal(block, "te", "trailers");
    write(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  void send(int stream, ProcessingRequest message) throws IOException {
    byte[] bytes = message.toByteArray();
    byte[] framed = new byte[5 + bytes.length];
    for (int i = 0; i < 4; i++) {
      framed[1 + i] = (byte) (bytes.length >> (24 - 8 * i));
    }
    System.arraycopy(bytes, 0, framed, 5, bytes.length);
    for (int at = 0; at < framed.length; at += 16_384) {
      int end = Math.min(at + 16_384, framed.length);
      write(DATA, 0, stream, Arrays.copyOfRange(framed, at, end));
    }
  }

  void ping() throws IOException {
    write(PING, 0, 0, new byte[8]);
  }

  /** The next frame that is not about settings. */
  Frame next() throws IOException {
    while (true) {
      int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      Frame frame = new Frame(type, flags, in.readInt(), in.readNBytes(length));
      if (type != SETTINGS) {
        return frame;
      }
      if ((flags & ACK) == 0) {
        write(SETTINGS, ACK, 0, new byte[0]);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void write(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeInt((payload.length << 8) | type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  /** HPACK's plainest form: not indexed, not Huffman coded. */
  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }
}
