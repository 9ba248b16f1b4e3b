package dev.pickwick.epp.body;

import org.jspecify.annotations.Nullable;

/** Reads a response while it passes: its usage, and the model's name, which it restores. */
public final class ResponseScanner {

  public ResponseScanner(ResponseKind kind, @Nullable Renaming renaming) {}

  /**
   * Takes the next {@code len} bytes from {@code off} and hands on what may pass.
   *
   * @param end true with the last bytes: whatever was held back is handed on
   */
  public void accept(byte[] b, int off, int len, boolean end, SliceSink out) {
    out.slice(b, off, len);
  }

  /** The last usage seen so far. */
  public Usage usage() {
    return Usage.NONE;
  }

  /** True when a usage was seen that cannot be read. */
  public boolean malformedUsage() {
    return false;
  }
}
