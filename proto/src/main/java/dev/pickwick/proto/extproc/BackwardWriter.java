package dev.pickwick.proto.extproc;

/**
 * Writes protobuf from its end to its beginning, so that the length of a sub-message is known when
 * its prefix is due.
 *
 * <p>Call order is therefore the reverse of the order on the wire. The caller gives a capacity that
 * suffices; unused room stays at the front of the array.
 */
final class BackwardWriter {

  /** Upper bound of a one-byte tag with a length or a small number, in bytes. */
  static final int MAX_PREFIX = 6;

  private final byte[] array;
  private int start;

  BackwardWriter(int capacity) {
    this.array = new byte[capacity];
    this.start = capacity;
  }

  /** Remembers the end of a sub-message whose contents are written next. */
  int mark() {
    return start;
  }

  /** Makes everything written since the mark a sub-message under the tag. */
  void message(int tag, int mark) {
    prefix(tag, mark - start);
  }

  /** A length-delimited field. */
  void bytes(int tag, byte[] value) {
    raw(value);
    prefix(tag, value.length);
  }

  /** A number, 0 or greater. */
  void number(int tag, int value) {
    prefix(tag, value);
  }

  /** Bytes as they are. */
  void raw(byte[] value) {
    start -= value.length;
    System.arraycopy(value, 0, array, start, value.length);
  }

  byte[] array() {
    return array;
  }

  /** Where the written bytes begin in the array; they reach to its end. */
  int start() {
    return start;
  }

  /** Bytes written. */
  int size() {
    return array.length - start;
  }

  private void prefix(int tag, int value) {
    int size = value < 1 << 7 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
    int rest = value;
    start -= size;
    for (int i = start; i < start + size - 1; i++) {
      array[i] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[start + size - 1] = (byte) rest;
    array[--start] = (byte) tag;
  }
}
