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
    int i = off;
    while (i < end) {
      byte c = b[i];
      if (escaped) {
        escaped = false;
      } else if (inString) {
        i = JsonBytes.endOfPlainText(b, i, end);
        if (i == end) {
          break;
        }
        escaped = b[i] == '\\';
        inString = b[i] != '"';
      } else if (c == '"') {
        inString = true;
      } else if (JsonBytes.isSpace(c)) {
        pass(b, from, i);
        from = i + 1;
      }
      i++;
    }
    pass(b, from, end);
  }

  private void pass(byte[] b, int from, int to) {
    if (from < to) {
      out.feed(b, from, to - from);
    }
  }
}
