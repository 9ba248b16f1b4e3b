package dev.pickwick.proto.extproc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A run of bytes that lies in several arrays, such as a body held as the messages it came in; it
 * can be cut anywhere without copying.
 *
 * <p>Grows at its end only, so that a cut stays valid whatever is added later. The arrays are
 * shared, not copied: nobody may write into them. For one thread.
 */
public final class Segments {

  private byte[][] arrays = new byte[1][];
  private int[] offsets = new int[1];

  /** Per array the total length up to and with it; strictly rising. */
  private int[] ends = new int[1];

  private int count;

  /** Nothing yet. */
  public Segments() {}

  /** A slice of one array. */
  public static Segments of(byte[] array, int offset, int length) {
    return new Segments().add(array, offset, length);
  }

  /**
   * Appends a slice of an array; an empty one adds nothing.
   *
   * @throws ArithmeticException when the sum exceeds 2,147,483,647 bytes
   */
  public Segments add(byte[] array, int offset, int length) {
    if (offset < 0 || length < 0 || length > array.length - offset) {
      throw new IndexOutOfBoundsException(
          "slice: offset %d, length %d (expected: inside %d bytes)"
              .formatted(offset, length, array.length));
    }
    if (length == 0) {
      return this;
    }
    int end = Math.addExact(length(), length);
    if (count == arrays.length) {
      arrays = Arrays.copyOf(arrays, 2 * count);
      offsets = Arrays.copyOf(offsets, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    arrays[count] = array;
    offsets[count] = offset;
    ends[count] = end;
    count++;
    return this;
  }

  /** Appends the part of another run that begins at {@code from} and is {@code length} long. */
  public Segments add(Segments other, int from, int length) {
    if (from < 0 || length < 0 || length > other.length() - from) {
      throw new IndexOutOfBoundsException(
          "part: from %d, length %d (expected: inside %d bytes)"
              .formatted(from, length, other.length()));
    }
    int position = from;
    int end = from + length;
    for (int i = other.indexAt(from); position < end; i++) {
      int arrayStart = i == 0 ? 0 : other.ends[i - 1];
      int size = Math.min(end, other.ends[i]) - position;
      add(other.arrays[i], other.offsets[i] + (position - arrayStart), size);
      position += size;
    }
    return this;
  }

  /** The part that begins at {@code from} and is {@code length} bytes long, sharing the arrays. */
  public Segments slice(int from, int length) {
    return new Segments().add(this, from, length);
  }

  /** Bytes in all. */
  public int length() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** All bytes in one new array. */
  public byte[] toByteArray() {
    byte[] all = new byte[length()];
    int position = 0;
    for (int i = 0; i < count; i++) {
      System.arraycopy(arrays[i], offsets[i], all, position, ends[i] - position);
      position = ends[i];
    }
    return all;
  }

  /** Writes the first {@code length} bytes. */
  void writeTo(OutputStream out, int length) throws IOException {
    int position = 0;
    for (int i = 0; position < length; i++) {
      int size = Math.min(length, ends[i]) - position;
      out.write(arrays[i], offsets[i], size);
      position += size;
    }
  }

  /** Index of the array that holds the byte at a position. */
  private int indexAt(int position) {
    int found = Arrays.binarySearch(ends, 0, count, position + 1);
    return found < 0 ? -found - 1 : found;
  }
}
