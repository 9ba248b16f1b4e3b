package dev.pickwick.epp.parser;

import dev.pickwick.epp.body.BodySlice;
import java.util.List;

/** Reads one request body while it arrives; not thread-safe. */
public interface BodyReader {

  /** Takes the next {@code len} bytes from {@code off}; they are not written to afterwards. */
  void accept(byte[] chunk, int off, int len);

  /**
   * Ends the body; called once.
   *
   * @param body all bytes given to {@link #accept}, in the same order, however cut
   */
  ParseResult finish(List<BodySlice> body);
}
