package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpReader;
import dev.pickwick.testbed.http.HttpWriter;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Supplier;

/** The connection to a model server for one request. */
final class Upstream {

  private static final int CONNECT_MILLIS = 10_000;

  private final Socket socket;
  private final HttpReader reader;
  private final HttpWriter writer;

  private Upstream(Socket socket) throws IOException {
    this.socket = socket;
    this.reader = new HttpReader(socket.getInputStream());
    this.writer = new HttpWriter(socket.getOutputStream());
  }

  static Upstream connect(InetSocketAddress address) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(address, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      return new Upstream(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  HttpReader reader() {
    return reader;
  }

  void writeHead(String firstLine, Fields fields) throws IOException {
    writer.head(firstLine, fields);
    writer.flush();
  }

  /**
   * Writes the pieces as they come, until the pipe is closed.
   *
   * @param trailers fields after a chunked body, asked for when the pipe has ended
   */
  void writeBody(Pipe<byte[]> pieces, boolean chunked, Supplier<Fields> trailers) {
    try {
      for (byte[] piece = pieces.take(); piece != null; piece = pieces.take()) {
        if (chunked) {
          writer.chunk(piece);
        } else {
          writer.bytes(piece);
          writer.flush();
        }
      }
      if (chunked) {
        writer.lastChunk(trailers.get());
      }
    } catch (IOException e) {
      // The server has answered without reading on, or is gone: its answer, or none, tells.
      pieces.abandon();
    }
  }

  /** The head of the final answer; interim ones are passed over. */
  Head readHead(Deadline deadline) throws IOException {
    socket.setSoTimeout(deadline.leftMillis());
    Head head = reader.readHead();
    while (head != null && head.status() >= 100 && head.status() < 200) {
      head = reader.readHead();
    }
    if (head == null) {
      throw new EOFException("connection closed before message completed");
    }
    socket.setSoTimeout(0);
    return head;
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // A socket that cannot be closed is closed.
      return;
    }
  }
}
