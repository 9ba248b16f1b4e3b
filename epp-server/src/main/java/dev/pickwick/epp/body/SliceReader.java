package dev.pickwick.epp.body;

import java.io.Reader;
import java.util.List;

/**
 * A range of a body as characters, one for each byte: so that a parser's character offsets are byte
 * offsets, and bytes that are not UTF-8 pass.
 */
final class SliceReader extends Reader {

  private final List<BodySlice> body;
  private int slice;
  private int inSlice;
  private int left;

  /** Reads the bytes from {@code start} to {@code end}, exclusive, or to the body's end. */
  SliceReader(List<BodySlice> body, int start, int end) {
    this.body = body;
    left = end - start;
    inSlice = start;
    while (slice < body.size() && inSlice >= body.get(slice).length()) {
      inSlice -= body.get(slice++).length();
    }
  }

  @Override
  public int read(char[] chars, int off, int len) {
    int count = 0;
    while (count < len && left > 0 && slice < body.size()) {
      BodySlice current = body.get(slice);
      int taken = Math.min(Math.min(len - count, left), current.length() - inSlice);
      byte[] bytes = current.bytes();
      int from = current.offset() + inSlice;
      for (int i = 0; i < taken; i++) {
        chars[off + count + i] = (char) (bytes[from + i] & 0xFF);
      }
      count += taken;
      left -= taken;
      inSlice += taken;
      if (inSlice == current.length()) {
        slice++;
        inSlice = 0;
      }
    }
    return count == 0 && len > 0 ? -1 : count;
  }

  @Override
  public void close() {}

  /** Hands on the bytes from {@code start} to {@code end}, exclusive. */
  static void feed(List<BodySlice> body, int start, int end, ByteFeed out) {
    int position = 0;
    for (BodySlice current : body) {
      int first = Math.max(start - position, 0);
      int last = Math.min(end - position, current.length());
      if (first < last) {
        out.feed(current.bytes(), current.offset() + first, last - first);
      }
      position += current.length();
    }
  }

  /** Where the string that begins with a quote at {@code start} ends: after its last quote. */
  static int endOfString(List<BodySlice> body, int start) {
    int position = 0;
    boolean escaped = false;
    for (BodySlice current : body) {
      for (int i = Math.max(start + 1 - position, 0); i < current.length(); i++) {
        byte c = current.bytes()[current.offset() + i];
        if (escaped) {
          escaped = false;
        } else if (c == '\\') {
          escaped = true;
        } else if (c == '"') {
          return position + i + 1;
        }
      }
      position += current.length();
    }
    throw new IllegalArgumentException("string at " + start + " has no end");
  }
}
