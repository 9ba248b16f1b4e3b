package dev.pickwick.epp.body;

import java.util.ArrayList;
import java.util.List;

/** Puts another model name into a body without touching any other byte. */
public final class ModelSplice {

  private ModelSplice() {}

  /**
   * The body with its bytes {@code start} to {@code end} (exclusive, counted from the body's start)
   * replaced by {@code model} as a JSON string. Slices share the arrays of {@code body}.
   */
  public static List<BodySlice> replace(List<BodySlice> body, int start, int end, String model) {
    if (start < 0 || end < start || end > BodySlice.totalLength(body)) {
      throw new IllegalArgumentException(
          "model at %d to %d (expected: a range within %d bytes)"
              .formatted(start, end, BodySlice.totalLength(body)));
    }
    List<BodySlice> result = new ArrayList<>(body.size() + 2);
    addRange(result, body, 0, start);
    result.add(BodySlice.of(JsonText.quote(model)));
    addRange(result, body, end, Integer.MAX_VALUE);
    return result;
  }

  private static void addRange(List<BodySlice> result, List<BodySlice> body, int from, int to) {
    int position = 0;
    for (BodySlice slice : body) {
      int first = Math.max(from - position, 0);
      int last = Math.min(to - position, slice.length());
      if (first < last) {
        result.add(new BodySlice(slice.bytes(), slice.offset() + first, last - first));
      }
      position += slice.length();
    }
  }
}
