package dev.pickwick.epp.body;

import java.util.List;

/**
 * A part of a body: {@code length} bytes of a shared array; nobody writes to them any more.
 *
 * @param offset index of the first byte, from 0
 * @param length number of bytes, >= 0
 */
// A view of bytes that are never copied or compared; identity is all it needs.
@SuppressWarnings("ArrayRecordComponent")
public record BodySlice(byte[] bytes, int offset, int length) {

  /** All of {@code bytes}. */
  public static BodySlice of(byte[] bytes) {
    return new BodySlice(bytes, 0, bytes.length);
  }

  /** Number of bytes in all slices together. */
  public static long totalLength(List<BodySlice> body) {
    long total = 0;
    for (BodySlice slice : body) {
      total += slice.length;
    }
    return total;
  }
}
