package dev.pickwick.epp.stream;

import dev.pickwick.epp.body.BodySlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request body while it is held: long pieces stay in the arrays of their messages, short ones are
 * copied together, so that a body costs little more than its bytes however it is cut.
 */
final class HeldBody {

  /** Bookkeeping that comes with each array: its header, slice and list entry. */
  static final int ARRAY_OVERHEAD = 96;

  /** Shorter pieces are copied, in bytes. */
  private static final int SHORT = 4 << 10;

  private static final int SHARED = 16 << 10;
  private static final byte[] NOTHING = {};

  private final List<BodySlice> slices = new ArrayList<>();

  /** What short pieces are copied to; full at first. */
  private byte[] shared = NOTHING;

  private int sharedLength;

  /** Whether the last slice ends where {@link #shared} goes on. */
  private boolean lastIsShared;

  /**
   * Adds {@code length} bytes from {@code offset}, at least 1; nobody may write to them any more.
   *
   * @return what that costs, in bytes
   */
  int add(byte[] bytes, int offset, int length) {
    boolean fillsItsArray = bytes.length - length < Math.max(length, SHORT);
    // Most bodies are one message.
    if (fillsItsArray && (length >= SHORT || slices.isEmpty())) {
      slices.add(new BodySlice(bytes, offset, length));
      lastIsShared = false;
      return bytes.length + ARRAY_OVERHEAD;
    }
    if (length >= SHORT) {
      slices.add(BodySlice.of(Arrays.copyOfRange(bytes, offset, offset + length)));
      lastIsShared = false;
      return length + ARRAY_OVERHEAD;
    }
    return share(bytes, offset, length);
  }

  /** What was added, in order; the list goes on changing with this. */
  List<BodySlice> slices() {
    return slices;
  }

  void clear() {
    slices.clear();
    shared = NOTHING;
    sharedLength = 0;
    lastIsShared = false;
  }

  private int share(byte[] bytes, int offset, int length) {
    int cost = 0;
    int copied = 0;
    while (copied < length) {
      if (sharedLength == shared.length) {
        shared = new byte[SHARED];
        sharedLength = 0;
        lastIsShared = false;
        cost += SHARED;
      }
      int count = Math.min(length - copied, SHARED - sharedLength);
      System.arraycopy(bytes, offset + copied, shared, sharedLength, count);
      cost += append(count);
      copied += count;
    }
    return cost;
  }

  private int append(int count) {
    int start = sharedLength;
    sharedLength += count;
    if (lastIsShared) {
      BodySlice last = slices.getLast();
      slices.set(slices.size() - 1, new BodySlice(shared, last.offset(), last.length() + count));
      return 0;
    }
    slices.add(new BodySlice(shared, start, count));
    lastIsShared = true;
    return ARRAY_OVERHEAD;
  }
}
