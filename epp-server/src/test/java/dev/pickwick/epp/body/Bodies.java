package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Bodies cut into pieces, for tests. */
public final class Bodies {

  private Bodies() {}

  /** The text in one piece. */
  public static List<BodySlice> whole(String text) {
    return List.of(BodySlice.of(text.getBytes(UTF_8)));
  }

  /** The bytes in pieces of {@code size}. */
  public static List<BodySlice> pieces(byte[] bytes, int size) {
    List<BodySlice> body = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += size) {
      body.add(new BodySlice(bytes, at, Math.min(size, bytes.length - at)));
    }
    return body;
  }

  /** The bytes in two pieces. */
  public static List<BodySlice> split(byte[] bytes, int at) {
    return List.of(new BodySlice(bytes, 0, at), new BodySlice(bytes, at, bytes.length - at));
  }

  /** The bytes in pieces of random sizes, each in an array of its own with other bytes around. */
  public static List<BodySlice> random(byte[] bytes, Random random) {
    List<BodySlice> body = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int length = Math.min(bytes.length - at, random.nextInt(random.nextBoolean() ? 4 : 60));
      byte[] own = new byte[length + 4];
      int offset = random.nextInt(5);
      System.arraycopy(bytes, at, own, offset, length);
      body.add(new BodySlice(own, offset, length));
      at += length;
    }
    return body;
  }

  /** All bytes in one array. */
  public static byte[] join(List<BodySlice> body) {
    byte[] bytes = new byte[(int) BodySlice.totalLength(body)];
    int at = 0;
    for (BodySlice slice : body) {
      System.arraycopy(slice.bytes(), slice.offset(), bytes, at, slice.length());
      at += slice.length();
    }
    return bytes;
  }

  /** All bytes as text. */
  public static String text(List<BodySlice> body) {
    return new String(join(body), UTF_8);
  }
}
