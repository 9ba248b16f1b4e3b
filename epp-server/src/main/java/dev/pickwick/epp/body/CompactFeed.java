package dev.pickwick.epp.body;

/** Passes on a valid JSON value, given in pieces, without the white space outside its strings. */
final class CompactFeed {

  private final ByteFeed out;
  private boolean inString;
  private boolean escaped;

  CompactFeed(ByteFeed out) {
    this.out = out;
  }

  /** Takes the next piece. */
  void feed(byte[] b, int off, int len) {
    int end = off + len;
    int from = off;
    for (int i = off; i < end; i++) {
      byte c = b[i];
      if (inString) {
        if (escaped) {
          escaped = false;
        } else if (c == '\\') {
          escaped = true;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (JsonBytes.isSpace(c)) {
        pass(b, from, i);
        from = i + 1;
      }
    }
    pass(b, from, end);
  }

  private void pass(byte[] b, int from, int to) {
    if (from < to) {
      out.feed(b, from, to - from);
    }
  }
}
