package dev.pickwick.testbed.server;

import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.HttpWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes answers, spoilt where a fault says so. Belongs to one thread. */
final class FaultyWriter {

  /** Returned instead of a status when the fault let the request pass. */
  static final int GO_ON = 0;

  private static final byte[] COMMENTS =
      "# padding\n".repeat(6400).getBytes(StandardCharsets.UTF_8);

  private final Socket socket;
  private final HttpWriter out;
  private final CountDownLatch closed;
  private final LongAdder bytesSent;
  private boolean broken;

  FaultyWriter(Socket socket, HttpWriter out, CountDownLatch closed, LongAdder bytesSent) {
    this.socket = socket;
    this.out = out;
    this.closed = closed;
    this.bytesSent = bytesSent;
  }

  HttpWriter plain() {
    return out;
  }

  /** Whether nothing more can be written to this connection. */
  boolean isBroken() {
    return broken;
  }

  void breakOff() {
    broken = true;
  }

  /** Whether the fault spoils an answer that is under way rather than taking its place. */
  static boolean isInStream(Fault fault) {
    return switch (fault.kind()) {
      case HANG, CUT, GZIP, ONE_BYTE_CHUNKS, NAN, MISSING, HUGE -> true;
      case DELAY, RESET, STATUS, HTML, EMPTY, REDIRECT -> false;
    };
  }

  int response(int status, Fields headers, byte[] body) throws IOException {
    bytesSent.add(body.length);
    out.response(status, headers, body);
    return status;
  }

  /**
   * Writes an answer, or what the fault makes of it.
   *
   * @return the status sent, or {@link #GO_ON} when an empty answer was only to be delayed
   */
  int response(int status, Fields headers, byte[] body, @Nullable Fault fault) throws IOException {
    if (fault == null) {
      return response(status, headers, body);
    }
    return switch (fault.kind()) {
      case DELAY -> {
        pause(fault.amount());
        yield body.length == 0 ? GO_ON : response(status, headers, body);
      }
      case HANG -> {
        head(status, headers.set("content-length", Integer.toString(Math.max(1, body.length))));
        yield stall(status);
      }
      case RESET -> {
        reset();
        yield status;
      }
      case CUT -> {
        head(status, headers.set("content-length", Integer.toString(body.length + 2)));
        out.bytes(Arrays.copyOf(body, body.length / 2));
        out.flush();
        broken = true;
        yield status;
      }
      case STATUS -> {
        byte[] text = "fault on demand".getBytes(StandardCharsets.UTF_8);
        yield response((int) fault.amount(), headers.set("content-type", "text/plain"), text);
      }
      case HTML -> {
        byte[] text =
            "<!DOCTYPE html><html><body>It works!</body></html>".getBytes(StandardCharsets.UTF_8);
        yield response(200, headers.set("content-type", "text/html"), text);
      }
      case EMPTY -> response(200, headers, new byte[0]);
      case REDIRECT -> response(302, headers.set("location", "/elsewhere"), new byte[0]);
      case GZIP -> response(status, headers.set("content-encoding", "gzip"), gzip(body));
      case ONE_BYTE_CHUNKS -> {
        beginChunked(status, headers, null);
        for (byte each : body) {
          out.chunk(new byte[] {each});
        }
        endChunked();
        bytesSent.add(body.length);
        yield status;
      }
      case HUGE -> {
        beginChunked(status, headers, null);
        out.chunk(body);
        bytesSent.add(body.length);
        for (long sent = body.length; sent < fault.amount(); sent += COMMENTS.length) {
          out.chunk(COMMENTS);
          bytesSent.add(COMMENTS.length);
        }
        endChunked();
        yield status;
      }
      case NAN -> response(status, headers, replaceLines(body, true));
      case MISSING -> response(status, headers, replaceLines(body, false));
    };
  }

  /** Writes the head of a streamed answer. */
  void beginChunked(int status, Fields headers, @Nullable Fault fault) throws IOException {
    head(status, headers.add("transfer-encoding", "chunked"));
    spoil(fault != null && fault.kind() == Fault.Kind.HANG ? fault : null);
  }

  void chunk(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    bytesSent.add(bytes.length);
    out.chunk(bytes);
  }

  void endChunked() throws IOException {
    out.lastChunk(new Fields());
  }

  /** Breaks a stream off where the fault wants it. */
  void spoil(@Nullable Fault fault) throws IOException {
    if (fault != null && fault.kind() == Fault.Kind.HANG) {
      int _ = stall(200);
      throw new IOException("hung until the server closed");
    }
    if (fault != null && fault.kind() == Fault.Kind.CUT) {
      broken = true;
      throw new IOException("cut off on demand");
    }
  }

  private void head(int status, Fields headers) throws IOException {
    out.head(HttpWriter.statusLine(status), headers);
    out.flush();
  }

  private int stall(int status) {
    pause(Long.MAX_VALUE);
    broken = true;
    return status;
  }

  private void pause(long millis) {
    try {
      broken |= closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      broken = true;
    }
  }

  private void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
    broken = true;
  }

  private static byte[] gzip(byte[] body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    }
    return bytes.toByteArray();
  }

  /** Makes every value NaN, or leaves out the families of the engine. */
  private static byte[] replaceLines(byte[] page, boolean toNaN) {
    var text = new StringBuilder();
    for (String line : new String(page, StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.startsWith("#") || line.isEmpty()) {
        text.append(line).append('\n');
      } else if (toNaN) {
        text.append(line, 0, line.lastIndexOf(' ') + 1).append("NaN\n");
      } else if (line.startsWith("python")
          || line.startsWith("process")
          || line.startsWith("http")) {
        text.append(line).append('\n');
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
