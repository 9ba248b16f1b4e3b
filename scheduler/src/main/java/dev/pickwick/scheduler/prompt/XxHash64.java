package dev.pickwick.scheduler.prompt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Streaming 64-bit xxHash with seed 0; any split of the input gives the same result. Not
 * thread-safe.
 */
public final class XxHash64 {

  static final int STRIPE = 32;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P1_PLUS_P2 = 0x60EA27EEADC0B5D6L;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private final byte[] held = new byte[STRIPE];
  private int heldLength;
  private long total;
  private long lane1;
  private long lane2;
  private long lane3;
  private long lane4;

  public XxHash64() {
    reset();
  }

  /** Starts over as if nothing had been fed. */
  public void reset() {
    heldLength = 0;
    total = 0;
    lane1 = P1_PLUS_P2;
    lane2 = P2;
    lane3 = 0;
    lane4 = -P1;
  }

  /** Adds one byte. */
  public void update(byte b) {
    held[heldLength++] = b;
    total++;
    if (heldLength == STRIPE) {
      stripe(held, 0);
      heldLength = 0;
    }
  }

  /** Adds {@code len} bytes from {@code off}. */
  public void update(byte[] b, int off, int len) {
    int at = off;
    int end = off + len;
    total += len;
    if (heldLength > 0) {
      int taken = Math.min(STRIPE - heldLength, len);
      System.arraycopy(b, at, held, heldLength, taken);
      heldLength += taken;
      at += taken;
      if (heldLength < STRIPE) {
        return;
      }
      stripe(held, 0);
      heldLength = 0;
    }
    at = stripes(b, at, end);
    heldLength = end - at;
    System.arraycopy(b, at, held, 0, heldLength);
  }

  /** Adds the eight bytes of {@code value}, lowest first. */
  public void updateLong(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      update((byte) (value >>> shift));
    }
  }

  /** The hash of everything fed so far; feeding may go on afterwards. */
  public long digest() {
    long h = (total >= STRIPE ? merged() : P5) + total;
    int at = 0;
    for (; at + Long.BYTES <= heldLength; at += Long.BYTES) {
      h = mixLong(h, (long) LONG.get(held, at));
    }
    if (at + Integer.BYTES <= heldLength) {
      h ^= ((int) INT.get(held, at) & 0xFFFFFFFFL) * P1;
      h = Long.rotateLeft(h, 23) * P2 + P3;
      at += Integer.BYTES;
    }
    for (; at < heldLength; at++) {
      h ^= (held[at] & 0xFF) * P5;
      h = Long.rotateLeft(h, 11) * P1;
    }
    return avalanche(h);
  }

  /**
   * The four lanes folded into one number. With {@link #finish} this splits the hash of whole
   * stripes followed by eight bytes in two, so that the eight bytes may become known later.
   */
  long merged() {
    long h =
        Long.rotateLeft(lane1, 1)
            + Long.rotateLeft(lane2, 7)
            + Long.rotateLeft(lane3, 12)
            + Long.rotateLeft(lane4, 18);
    h = merge(h, lane1);
    h = merge(h, lane2);
    h = merge(h, lane3);
    return merge(h, lane4);
  }

  /** The hash of whole stripes, {@code stripeBytes} > 0 in all, followed by the eight of last. */
  static long finish(long merged, int stripeBytes, long last) {
    return avalanche(mixLong(merged + stripeBytes + Long.BYTES, last));
  }

  private int stripes(byte[] b, int from, int end) {
    int at = from;
    long v1 = lane1;
    long v2 = lane2;
    long v3 = lane3;
    long v4 = lane4;
    for (; at + STRIPE <= end; at += STRIPE) {
      v1 = round(v1, (long) LONG.get(b, at));
      v2 = round(v2, (long) LONG.get(b, at + 8));
      v3 = round(v3, (long) LONG.get(b, at + 16));
      v4 = round(v4, (long) LONG.get(b, at + 24));
    }
    lane1 = v1;
    lane2 = v2;
    lane3 = v3;
    lane4 = v4;
    return at;
  }

  private void stripe(byte[] b, int at) {
    lane1 = round(lane1, (long) LONG.get(b, at));
    lane2 = round(lane2, (long) LONG.get(b, at + 8));
    lane3 = round(lane3, (long) LONG.get(b, at + 16));
    lane4 = round(lane4, (long) LONG.get(b, at + 24));
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long h, long lane) {
    return (h ^ round(0, lane)) * P1 + P4;
  }

  private static long mixLong(long h, long input) {
    return Long.rotateLeft(h ^ round(0, input), 27) * P1 + P4;
  }

  private static long avalanche(long hash) {
    long h = hash;
    h ^= h >>> 33;
    h *= P2;
    h ^= h >>> 29;
    h *= P3;
    return h ^ (h >>> 32);
  }
}
