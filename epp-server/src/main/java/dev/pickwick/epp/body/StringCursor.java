package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Reads strings of a body by their places, each after the one before. */
final class StringCursor {

  private final List<BodySlice> body;
  private int slice;

  /** Where the slice begins, in bytes from the body's start. */
  private int sliceStart;

  StringCursor(List<BodySlice> body) {
    this.body = body;
  }

  /**
   * The text of the JSON string whose first quote stands at {@code start}, with replacement
   * characters for what is not UTF-8; empty for a place beyond the body, which Jackson names when a
   * number after the string is cut off by the body's end.
   */
  String read(int start) {
    int from = start + 1 - sliceStart;
    while (slice < body.size() && from >= body.get(slice).length()) {
      int length = body.get(slice++).length();
      sliceStart += length;
      from -= length;
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    StringDecoder decoder = new StringDecoder(text::write);
    boolean escaped = false;
    for (int i = slice; i < body.size(); i++) {
      BodySlice current = body.get(i);
      int at = from;
      boolean ended = false;
      while (at < current.length() && !ended) {
        byte c = current.bytes()[current.offset() + at];
        ended = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        at += ended ? 0 : 1;
      }
      decoder.feed(current.bytes(), current.offset() + from, at - from);
      if (ended) {
        decoder.end();
        return text.toString(UTF_8);
      }
      from = 0;
    }
    return "";
  }
}
