package dev.pickwick.testbed.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads messages from one connection; belongs to one thread at a time. */
public final class HttpReader {

  private static final int MAX_LINE = 1 << 20;
  private static final int MIN_READ = 16 << 10;
  private static final int MAX_READ = 400 << 10;

  private final InputStream in;
  private byte[] buffer = new byte[MIN_READ];
  private int start;
  private int end;
  private int readSize = MIN_READ;

  public HttpReader(InputStream in) {
    this.in = in;
  }

  /** The next message head, or null when the peer has closed the connection before one began. */
  public @Nullable Head readHead() throws IOException {
    String line = readLine(true);
    while (line != null && line.isEmpty()) {
      line = readLine(true);
    }
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", 3);
    if (parts.length < 2) {
      throw new MalformedHttpException("start line: \"" + line + "\" (expected: three words)");
    }
    return new Head(parts[0], parts[1], parts.length < 3 ? "" : parts[2], readFields());
  }

  /** The body that follows the head just read. */
  public Body body(Framing framing) {
    return new Body(framing);
  }

  /**
   * Waits until at least one more byte is there.
   *
   * @return false when the peer has closed its side instead
   */
  public boolean awaitInput() throws IOException {
    return start < end || fill();
  }

  /** Whether bytes have been read from the connection that nobody has taken yet. */
  public boolean hasBuffered() {
    return start < end;
  }

  private Fields readFields() throws IOException {
    var fields = new Fields();
    for (String line = requireLine(); !line.isEmpty(); line = requireLine()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new MalformedHttpException("header line: \"" + line + "\" (expected: a colon)");
      }
      fields.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return fields;
  }

  private String requireLine() throws IOException {
    String line = readLine(false);
    if (line == null) {
      throw new EOFException("connection closed within a head");
    }
    return line;
  }

  private @Nullable String readLine(boolean endAllowed) throws IOException {
    int scanned = start;
    while (true) {
      for (int i = scanned; i < end; i++) {
        if (buffer[i] == '\n') {
          int stop = i > start && buffer[i - 1] == '\r' ? i - 1 : i;
          var line = new String(buffer, start, stop - start, StandardCharsets.ISO_8859_1);
          start = i + 1;
          return line;
        }
      }
      int pending = end - start;
      if (pending > MAX_LINE) {
        throw new MalformedHttpException("line of more than " + MAX_LINE + " bytes");
      }
      if (!fill()) {
        if (endAllowed && pending == 0) {
          return null;
        }
        throw new EOFException("connection closed within a line");
      }
      scanned = start + pending;
    }
  }

  private boolean fill() throws IOException {
    if (start == end) {
      start = 0;
      end = 0;
      if (buffer.length < readSize) {
        buffer = new byte[readSize];
      }
    } else if (end == buffer.length) {
      int length = end - start;
      byte[] target = length * 2 > buffer.length ? new byte[buffer.length * 2] : buffer;
      System.arraycopy(buffer, start, target, 0, length);
      buffer = target;
      start = 0;
      end = length;
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      return false;
    }
    if (count == buffer.length - end && readSize < MAX_READ) {
      readSize = Math.min(MAX_READ, readSize * 2);
    }
    end += count;
    return true;
  }

  private byte[] take(long limit) {
    int count = (int) Math.min(limit, end - start);
    byte[] bytes = Arrays.copyOfRange(buffer, start, start + count);
    start += count;
    return bytes;
  }

  /** A body, taken piece by piece as the bytes arrive. */
  public final class Body {

    private final Framing framing;
    private final Fields trailers = new Fields();
    private long left;
    private boolean inChunk;
    private boolean done;

    private Body(Framing framing) {
      this.framing = framing;
      this.done = framing instanceof Framing.None;
      this.left = framing instanceof Framing.Length(long bytes) ? bytes : 0;
    }

    /**
     * The next piece, as much as one read brought and at most one chunk; null after the last one.
     *
     * @throws EOFException when the connection closed before the body was complete
     */
    public byte @Nullable [] next() throws IOException {
      if (done) {
        return null;
      }
      return switch (framing) {
        case Framing.None() -> null;
        case Framing.Length(_) -> nextOfLength();
        case Framing.Chunked() -> nextOfChunks();
        case Framing.UntilClose() -> nextUntilClose();
      };
    }

    /** The whole rest of the body. */
    public byte[] readAll() throws IOException {
      var all = new ByteArrayOutputStream();
      for (byte[] piece = next(); piece != null; piece = next()) {
        all.write(piece);
      }
      return all.toByteArray();
    }

    /** Fields after a chunked body; complete once {@link #next} has returned null. */
    public Fields trailers() {
      return trailers;
    }

    /** Whether the body has been read to its end. */
    public boolean isDone() {
      return done;
    }

    private byte[] nextOfLength() throws IOException {
      if (!awaitInput()) {
        throw new EOFException("connection closed " + left + " bytes before the body's end");
      }
      byte[] piece = take(left);
      left -= piece.length;
      done = left == 0;
      return piece;
    }

    private byte @Nullable [] nextOfChunks() throws IOException {
      if (left == 0) {
        if (inChunk) {
          requireLine();
        }
        left = chunkSize(requireLine());
        inChunk = true;
        if (left == 0) {
          for (Field field : readFields()) {
            trailers.add(field.name(), field.value());
          }
          done = true;
          return null;
        }
      }
      if (!awaitInput()) {
        throw new EOFException("connection closed within a chunk");
      }
      byte[] piece = take(left);
      left -= piece.length;
      return piece;
    }

    private byte @Nullable [] nextUntilClose() throws IOException {
      if (!awaitInput()) {
        done = true;
        return null;
      }
      return take(Long.MAX_VALUE);
    }

    private static long chunkSize(String line) throws MalformedHttpException {
      int stop = line.indexOf(';');
      String digits = (stop < 0 ? line : line.substring(0, stop)).strip();
      try {
        long size = Long.parseLong(digits, 16);
        if (size >= 0) {
          return size;
        }
      } catch (NumberFormatException e) {
        throw new MalformedHttpException("chunk size: \"" + digits + "\" (expected: hex)", e);
      }
      throw new MalformedHttpException("chunk size: " + digits + " (expected: >= 0)");
    }
  }
}
