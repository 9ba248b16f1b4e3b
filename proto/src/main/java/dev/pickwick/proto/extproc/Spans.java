package dev.pickwick.proto.extproc;

import java.util.Arrays;

/** A growing list of pairs of offsets into a message. */
final class Spans {

  /** An offset where nothing can stand, since a tag precedes every value. */
  static final int ABSENT = 0;

  /** The empty list; never added to. */
  static final Spans NONE = new Spans(0);

  private int[] offsets;
  private int count;

  Spans(int expected) {
    this.offsets = new int[2 * expected];
  }

  void add(int first, int second) {
    if (2 * count == offsets.length) {
      offsets = Arrays.copyOf(offsets, Math.max(2, 2 * offsets.length));
    }
    offsets[2 * count] = first;
    offsets[2 * count + 1] = second;
    count++;
  }

  int count() {
    return count;
  }

  int first(int index) {
    return offsets[2 * index];
  }

  int second(int index) {
    return offsets[2 * index + 1];
  }
}
