package dev.pickwick.epp.body;

import java.util.Arrays;

/** The open containers of a JSON text, a bit each. */
final class JsonNesting {

  private long[] objects = new long[1];
  private int depth;

  int depth() {
    return depth;
  }

  void clear() {
    depth = 0;
  }

  void push(boolean object) {
    int word = depth >>> 6;
    if (word == objects.length) {
      objects = Arrays.copyOf(objects, 2 * word);
    }
    long bit = 1L << depth;
    objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
    depth++;
  }

  void pop() {
    depth--;
  }

  /** True when the innermost open container is an object; {@link #depth()} must be > 0. */
  boolean inObject() {
    int top = depth - 1;
    return (objects[top >>> 6] >>> top & 1) != 0;
  }
}
