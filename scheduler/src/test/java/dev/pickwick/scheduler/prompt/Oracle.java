package dev.pickwick.scheduler.prompt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The published algorithm in one shot, and the chain rule word for word: slow and obvious. */
final class Oracle {

  private static final long P1 = Long.parseUnsignedLong("11400714785074694791");
  private static final long P2 = Long.parseUnsignedLong("14029467366897019727");
  private static final long P3 = Long.parseUnsignedLong("1609587929392839161");
  private static final long P4 = Long.parseUnsignedLong("9650029242287828579");
  private static final long P5 = Long.parseUnsignedLong("2870177450012600261");

  private Oracle() {}

  static long hash(byte[] bytes, int off, int len) {
    ByteBuffer in = ByteBuffer.wrap(bytes, off, len).slice().order(ByteOrder.LITTLE_ENDIAN);
    long h;
    if (len >= 32) {
      long[] v = {P1 + P2, P2, 0, -P1};
      while (in.remaining() >= 32) {
        for (int i = 0; i < 4; i++) {
          v[i] = Long.rotateLeft(v[i] + in.getLong() * P2, 31) * P1;
        }
      }
      h =
          Long.rotateLeft(v[0], 1)
              + Long.rotateLeft(v[1], 7)
              + Long.rotateLeft(v[2], 12)
              + Long.rotateLeft(v[3], 18);
      for (long lane : v) {
        h ^= Long.rotateLeft(lane * P2, 31) * P1;
        h = h * P1 + P4;
      }
    } else {
      h = P5;
    }
    h += len;
    while (in.remaining() >= 8) {
      h ^= Long.rotateLeft(in.getLong() * P2, 31) * P1;
      h = Long.rotateLeft(h, 27) * P1 + P4;
    }
    if (in.remaining() >= 4) {
      h ^= Integer.toUnsignedLong(in.getInt()) * P1;
      h = Long.rotateLeft(h, 23) * P2 + P3;
    }
    while (in.hasRemaining()) {
      h ^= Byte.toUnsignedLong(in.get()) * P5;
      h = Long.rotateLeft(h, 11) * P1;
    }
    h = (h ^ (h >>> 33)) * P2;
    h = (h ^ (h >>> 29)) * P3;
    return h ^ (h >>> 32);
  }

  static long seed(byte[] model, byte[] salt) {
    byte[] both = ByteBuffer.allocate(model.length + salt.length).put(model).put(salt).array();
    return hash(both, 0, both.length);
  }

  static List<Long> chain(byte[] prompt, PromptHashing hashing, long seed) {
    List<Long> hashes = new ArrayList<>();
    long previous = seed;
    int length = hashing.blockBytes();
    for (int i = 0; i < hashing.maxBlocks() && (i + 1) * length <= prompt.length; i++) {
      byte[] block =
          ByteBuffer.allocate(length + 8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(prompt, i * length, length)
              .putLong(previous)
              .array();
      previous = hash(block, 0, block.length);
      hashes.add(previous);
    }
    return hashes;
  }
}
