package dev.pickwick.proto.extproc;

/**
 * A cursor over protobuf bytes that knows the end of the sub-message it is in and refuses to leave
 * it.
 */
final class WireReader {

  /** Levels of sub-messages and groups below the outermost message, as the generated classes. */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_VARINT_BITS = 70;

  private final byte[] bytes;
  private int position;
  private int limit;
  private int depth;

  WireReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.limit = end;
  }

  /** Offset of the next byte to read. */
  int position() {
    return position;
  }

  /** The next field's tag, or 0 at the end of the sub-message being read. */
  int readTag() {
    if (position == limit) {
      return 0;
    }
    int start = position;
    int tag = (int) readVarint();
    if (tag >>> 3 == 0) {
      throw new MalformedException("field number 0", start);
    }
    return tag;
  }

  /** A varint of at most 10 bytes. */
  long readVarint() {
    int start = position;
    long value = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      if (position == limit) {
        throw new MalformedException("number cut off", start);
      }
      byte next = bytes[position++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("number longer than 10 bytes", start);
  }

  /** A length prefix, checked against the rest of the sub-message; the cursor is behind it. */
  int readLength() {
    int start = position;
    // The upper half of an overlong prefix is dropped, as the generated classes do.
    int length = (int) readVarint();
    if (length < 0) {
      throw new MalformedException("negative length " + length, start);
    }
    if (length > limit - position) {
      throw new MalformedException(
          "length " + length + " where " + (limit - position) + " bytes are left", start);
    }
    return length;
  }

  /** Enters the sub-message at the cursor; the result is for {@link #leave}. */
  int enter() {
    descend();
    int length = readLength();
    int outer = limit;
    limit = position + length;
    return outer;
  }

  /** Leaves a sub-message that was read to its end. */
  void leave(int outer) {
    limit = outer;
    depth--;
  }

  /** Passes over the value of a field that nobody reads. */
  void skip(int tag) {
    switch (tag & 7) {
      case 0 -> readVarint();
      case 1 -> advance(8);
      case 2 -> advance(readLength());
      case 3 -> skipGroup(tag >>> 3);
      case 4 -> throw new MalformedException("end of a group that never began", position);
      case 5 -> advance(4);
      default -> throw new MalformedException("wire type " + (tag & 7), position);
    }
  }

  /** Moves the cursor over bytes that are of no interest. */
  void advance(int count) {
    if (count > limit - position) {
      throw new MalformedException(
          count + " bytes where " + (limit - position) + " are left", position);
    }
    position += count;
  }

  private void skipGroup(int number) {
    descend();
    while (true) {
      int tag = readTag();
      if (tag == 0) {
        throw new MalformedException("group " + number + " without end", position);
      }
      if ((tag & 7) == 4) {
        if (tag >>> 3 != number) {
          throw new MalformedException(
              "end of group " + (tag >>> 3) + " inside group " + number, position);
        }
        depth--;
        return;
      }
      skip(tag);
    }
  }

  private void descend() {
    if (depth == MAX_DEPTH) {
      throw new MalformedException("nested deeper than " + MAX_DEPTH + " levels", position);
    }
    depth++;
  }

  /** The bytes at an offset are no protobuf; cheap, for it never leaves this package. */
  static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String what, int offset) {
      super(what + " at offset " + offset, null, false, false);
    }
  }
}
