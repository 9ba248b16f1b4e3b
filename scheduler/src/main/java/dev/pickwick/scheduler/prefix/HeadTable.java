package dev.pickwick.scheduler.prefix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which endpoints may hold the first block of a prompt, 64 of them at one look: any number of
 * readers without locks, one writer at a time.
 *
 * <p>Most endpoints hold nothing of most prompts. To find that out for each by itself costs a read
 * from far-off memory; here ten thousand endpoints cost 157. The table says <em>may</em>: a bit set
 * too many costs time and nothing else.
 *
 * <p>Open addressing with linear probing in 64 segments that grow each on its own, so that no
 * insertion ever moves more than a 64th of the table. A slot is a key made of block and group of
 * endpoints, and a bit per endpoint of the group. A {@link KeyedHash} says where a key goes: its
 * highest bits the segment, its lowest the slot.
 */
final class HeadTable {

  /** Endpoints per group; the group of an endpoint is its number divided by this. */
  static final int GROUP = Long.SIZE;

  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int SEGMENT_BITS = 6;
  private static final int FIRST_SLOTS = 16;
  private static final long EMPTY = 0;

  /** Odd, with its bits well mixed: keeps the groups of one block apart. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final AtomicReferenceArray<Segment> segments =
      new AtomicReferenceArray<>(1 << SEGMENT_BITS);
  private final long secret;

  /**
   * An empty table.
   *
   * @param secret any random number
   */
  HeadTable(long secret) {
    this.secret = secret;
    for (int i = 0; i < segments.length(); i++) {
      segments.set(i, new Segment(FIRST_SLOTS));
    }
  }

  /** A bit for each endpoint of a group that may hold the block; for any thread. */
  long holders(long block, int group) {
    long key = key(block, group);
    long hash = KeyedHash.of(key, secret);
    Segment segment = segments.getAcquire(index(hash));
    int mask = segment.keys.length - 1;
    for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
      long found = (long) CELLS.getAcquire(segment.keys, slot);
      if (found == key) {
        return (long) CELLS.getOpaque(segment.bits, slot);
      }
      if (found == EMPTY) {
        return 0;
      }
    }
  }

  /** Takes note that an endpoint holds the block. */
  void add(long block, int number) {
    long key = key(block, number / GROUP);
    long hash = KeyedHash.of(key, secret);
    Segment segment = segments.getPlain(index(hash));
    int slot = segment.find(key, hash);
    if (segment.keys[slot] != key && (segment.used + 1) * 10L > segment.keys.length * 7L) {
      segment = segment.grown(secret);
      segments.setRelease(index(hash), segment);
      slot = segment.find(key, hash);
    }
    if (segment.keys[slot] != key) {
      segment.used++;
    }
    CELLS.setOpaque(segment.bits, slot, segment.bits[slot] | bit(number));
    CELLS.setRelease(segment.keys, slot, key);
  }

  /** Takes note that an endpoint holds the block no more, whether it did or not. */
  void remove(long block, int number) {
    long key = key(block, number / GROUP);
    long hash = KeyedHash.of(key, secret);
    Segment segment = segments.getPlain(index(hash));
    int slot = segment.find(key, hash);
    if (segment.keys[slot] != key) {
      return;
    }
    long left = segment.bits[slot] & ~bit(number);
    CELLS.setOpaque(segment.bits, slot, left);
    if (left == 0) {
      segment.remove(slot, secret);
    }
  }

  /** Slots in use; for the writer. */
  int size() {
    int size = 0;
    for (int i = 0; i < segments.length(); i++) {
      size += segments.getPlain(i).used;
    }
    return size;
  }

  /** Bytes of heap that the slots take; for the writer. */
  long bytes() {
    long slots = 0;
    for (int i = 0; i < segments.length(); i++) {
      slots += segments.getPlain(i).keys.length;
    }
    return slots * (Long.BYTES + Long.BYTES);
  }

  private static long key(long block, int group) {
    long key = block ^ SPREAD * (group + 1);
    return key == EMPTY ? 1 : key;
  }

  private static long bit(int number) {
    return 1L << number % GROUP;
  }

  private static int index(long hash) {
    return (int) (hash >>> (Long.SIZE - SEGMENT_BITS));
  }

  /** One part of the table; its arrays never change their length. */
  private static final class Segment {
    final long[] keys;
    final long[] bits;
    int used;

    Segment(int slots) {
      keys = new long[slots];
      bits = new long[slots];
    }

    /** The slot of a key, or the empty slot where it would go. */
    int find(long key, long hash) {
      int mask = keys.length - 1;
      int slot = (int) hash & mask;
      while (keys[slot] != EMPTY && keys[slot] != key) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    Segment grown(long secret) {
      Segment larger = new Segment(keys.length * 2);
      for (int i = 0; i < keys.length; i++) {
        if (keys[i] != EMPTY) {
          int slot = larger.find(keys[i], KeyedHash.of(keys[i], secret));
          larger.keys[slot] = keys[i];
          larger.bits[slot] = bits[i];
        }
      }
      larger.used = used;
      return larger;
    }

    /**
     * Empties a slot, moving later keys of the run forward. A copy stands before its original is
     * cleared, so a reader meets no gap. One that has just found a key may see the bits of the next
     * to take its slot: it may miss holders, as if it had looked a moment earlier, and bits that
     * are not meant for it are checked by whoever asks.
     */
    void remove(int emptied, long secret) {
      int hole = emptied;
      int mask = keys.length - 1;
      for (int slot = (hole + 1) & mask; keys[slot] != EMPTY; slot = (slot + 1) & mask) {
        int home = (int) KeyedHash.of(keys[slot], secret) & mask;
        // Stays where it is if its home lies between the hole and itself, going round.
        if (((slot - home) & mask) < ((slot - hole) & mask)) {
          continue;
        }
        CELLS.setOpaque(bits, hole, bits[slot]);
        CELLS.setRelease(keys, hole, keys[slot]);
        hole = slot;
      }
      CELLS.setRelease(keys, hole, EMPTY);
      CELLS.setOpaque(bits, hole, 0L);
      used--;
    }
  }
}
