package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response while it passes: its usage, and the model's name, which it restores to what the
 * client asked for.
 *
 * <p>Bytes are handed on in the arrays they came in. Only a model's name that is cut by the end of
 * a chunk is held back, and no more of it than could still be the name. One per response, not
 * thread-safe.
 */
public final class ResponseScanner {

  private static final String DATA = "data:";
  private static final int NO_DATA = -1;

  private final ResponseKind kind;
  private final ResponseObject object;
  private final @Nullable Restorer restorer;
  private int matched;

  /**
   * @param renaming what to restore; null when the name was not changed
   */
  public ResponseScanner(ResponseKind kind, @Nullable Renaming renaming) {
    this.kind = kind;
    restorer = renaming == null || kind == ResponseKind.OPAQUE ? null : new Restorer(renaming);
    object = new ResponseObject(kind == ResponseKind.SSE, restorer);
  }

  /**
   * Takes the next {@code len} bytes from {@code off} and hands on what may pass.
   *
   * @param end true with the last bytes: whatever was held back is handed on
   */
  public void accept(byte[] b, int off, int len, boolean end, SliceSink out) {
    if (restorer == null) {
      read(b, off, off + len);
      if (len > 0) {
        out.slice(b, off, len);
      }
      return;
    }
    restorer.beginChunk(b, off, out);
    read(b, off, off + len);
    if (end) {
      object.finish();
    }
    restorer.endChunk(off + len);
  }

  /** The last usage seen so far. */
  public Usage usage() {
    return object.usage();
  }

  /** True when a usage was seen that cannot be read; it counts for nothing. */
  public boolean malformedUsage() {
    return object.malformedUsage();
  }

  private void read(byte[] b, int from, int to) {
    switch (kind) {
      case JSON -> object.read(b, from, to);
      case SSE -> readLines(b, from, to);
      case OPAQUE -> {}
    }
  }

  /** Every {@code data} line is taken for an object of its own, as model servers write them. */
  private void readLines(byte[] b, int from, int to) {
    int i = from;
    while (i < to) {
      if (matched == NO_DATA || matched == DATA.length()) {
        int end = JsonBytes.endOfLine(b, i, to);
        if (matched == DATA.length()) {
          object.read(b, i, end);
        }
        if (end < to) {
          object.finish();
          matched = 0;
        }
        i = end + 1;
      } else {
        byte c = b[i++];
        if (c == DATA.charAt(matched)) {
          if (++matched == DATA.length()) {
            object.reset();
          }
        } else {
          matched = c == '\n' || c == '\r' ? 0 : NO_DATA;
        }
      }
    }
  }

  /** Hands on one chunk after the other, with the client's name where the target stood. */
  private static final class Restorer implements ModelSite {

    private static final byte[] NOTHING = {};

    private final byte[] target;
    private final byte[] replacement;

    /** The beginning of a name that is cut by the end of a chunk. */
    private final byte[] held;

    private int heldLength;
    private boolean open;
    private byte[] chunk = NOTHING;
    private SliceSink out = (bytes, off, len) -> {};
    private int passed;
    private int start;

    Restorer(Renaming renaming) {
      target = renaming.target().getBytes(UTF_8);
      replacement = JsonText.quote(renaming.incoming());
      // No escape takes more than six bytes for one.
      held = new byte[6 * target.length + 2];
    }

    void beginChunk(byte[] b, int off, SliceSink sink) {
      chunk = b;
      out = sink;
      passed = off;
      start = off;
    }

    void endChunk(int to) {
      if (open && heldLength + to - start > held.length) {
        abandoned();
      }
      if (open) {
        pass(start);
        System.arraycopy(chunk, start, held, heldLength, to - start);
        heldLength += to - start;
      } else {
        pass(to);
      }
      chunk = NOTHING;
    }

    @Override
    public void begins(int at) {
      open = true;
      start = at;
      heldLength = 0;
    }

    @Override
    public void ends(byte[] b, int at) {
      if (!open) {
        return;
      }
      if (isTarget(at)) {
        pass(start);
        out.slice(replacement, 0, replacement.length);
        passed = at;
        heldLength = 0;
        open = false;
      } else {
        abandoned();
      }
    }

    @Override
    public void abandoned() {
      if (heldLength > 0) {
        out.slice(Arrays.copyOf(held, heldLength), 0, heldLength);
        heldLength = 0;
      }
      open = false;
    }

    private void pass(int to) {
      if (passed < to) {
        out.slice(chunk, passed, to - passed);
        passed = to;
      }
    }

    private boolean isTarget(int at) {
      int length = heldLength + at - start;
      if (length > held.length) {
        return false;
      }
      if (heldLength == 0) {
        return isTarget(chunk, start + 1, at - 1);
      }
      byte[] whole = Arrays.copyOf(held, length);
      System.arraycopy(chunk, start, whole, heldLength, at - start);
      return isTarget(whole, 1, length - 1);
    }

    private boolean isTarget(byte[] b, int from, int to) {
      for (int i = from; i < to; i++) {
        if (b[i] == '\\') {
          return Arrays.equals(decoded(b, from, to), target);
        }
      }
      return Arrays.equals(b, from, to, target, 0, target.length);
    }

    private static byte[] decoded(byte[] b, int from, int to) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      StringDecoder decoder = new StringDecoder(bytes::write);
      decoder.feed(b, from, to - from);
      decoder.end();
      return bytes.toByteArray();
    }
  }
}
