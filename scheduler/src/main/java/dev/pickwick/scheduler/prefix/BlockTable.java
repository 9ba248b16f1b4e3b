package dev.pickwick.scheduler.prefix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A set of 61-bit keys with a mark each: any number of readers without locks, one writer at a time.
 *
 * <p>Open addressing with linear probing in 64 segments that grow each on its own, so that no
 * insertion ever moves more than a 64th of the table. Eight bytes per slot, at most seven of ten
 * slots in use: about 12 to 23 bytes per key. A slot holds the key and, in its three lowest bits,
 * its mark, so that whoever looks at either has read both from far-off memory at once. A removal
 * moves later keys of the run forward, a copy before its original is cleared, so a reader may see a
 * key twice but meets no gap; one that looks for a key which is just being moved past it may miss
 * it, as if it had looked a moment earlier.
 *
 * <p>A {@link KeyedHash} says where a key goes: its highest bits the segment, its lowest the slot.
 */
final class BlockTable {
  /** Bits of a slot that are not the key's. */
  static final int MARK_BITS = 3;

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int SEGMENT_BITS = 6;
  private static final int FIRST_SLOTS = 64;
  private static final long EMPTY = 0;

  private static final long MARKED = 1;
  private static final long PINNED = 2;
  private static final long HEAD = 4;

  private final AtomicReferenceArray<Segment> segments =
      new AtomicReferenceArray<>(1 << SEGMENT_BITS);
  private final long secret;
  private int size;

  /** Written alone: without it the compiler would leave out the reading of {@link #fetch}. */
  @SuppressWarnings("UnusedVariable")
  private long fetched;

  /**
   * An empty table.
   *
   * @param secret any random number
   */
  BlockTable(long secret) {
    this.secret = secret;
    for (int i = 0; i < segments.length(); i++) {
      segments.set(i, new Segment(FIRST_SLOTS));
    }
  }

  /** How many keys there are; for the writer. */
  int size() {
    return size;
  }

  /** Bytes of heap that the keys and their marks take; for the writer. */
  long bytes() {
    long slots = 0;
    for (int i = 0; i < segments.length(); i++) {
      slots += segments.getPlain(i).slots.length;
    }
    return slots * Long.BYTES;
  }

  /** Whether a key is there; for any thread. */
  boolean contains(long key) {
    long hash = KeyedHash.of(key, secret);
    long[] slots = segment(hash).slots;
    int mask = slots.length - 1;
    for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
      long found = (long) SLOTS.getOpaque(slots, slot);
      if (found == EMPTY) {
        return false;
      }
      if (found >>> MARK_BITS == key) {
        return true;
      }
    }
  }

  /**
   * Brings the slot of a key near. Who is about to look for many keys fetches all of them first:
   * fetches do not wait for each other, while each look waits for its own.
   */
  void fetch(long key) {
    long hash = KeyedHash.of(key, secret);
    long[] slots = segment(hash).slots;
    fetched ^= slots[(int) hash & (slots.length - 1)];
  }

  /** Marks a key if it is there; returns whether it is. */
  boolean mark(long key) {
    return change(key, PINNED, MARKED);
  }

  /** Marks a key if it is there, so that it {@link #isPinned} until it is marked again. */
  void pin(long key) {
    change(key, MARKED, PINNED);
  }

  /** Takes note that a key, if it is there, is that of a first block. */
  void noteHead(long key) {
    change(key, 0, HEAD);
  }

  /** Whether a key is marked or pinned; for the writer. */
  boolean isMarked(long key) {
    return (marks(key) & (MARKED | PINNED)) != 0;
  }

  /** Whether a key is pinned; for the writer. */
  boolean isPinned(long key) {
    return (marks(key) & PINNED) != 0;
  }

  /** Takes the mark off a key, unless it is pinned. */
  void unmark(long key) {
    change(key, MARKED, 0);
  }

  /**
   * Adds a key without a mark, or marks it when it is there already.
   *
   * @param key in (0, 2^61)
   * @return whether it is new
   */
  boolean addOrMark(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int slot = segment.find(key, hash);
    if (segment.slots[slot] != EMPTY) {
      segment.change(slot, PINNED, MARKED);
      return false;
    }
    if ((segment.used + 1) * 10L > segment.slots.length * 7L) {
      segment = segment.grown(secret);
      segments.setRelease(index(hash), segment);
      slot = segment.find(key, hash);
    }
    SLOTS.setRelease(segment.slots, slot, key << MARK_BITS);
    segment.used++;
    size++;
    return true;
  }

  /**
   * Removes a key if it is there.
   *
   * @return whether it was there and that of a first block
   */
  boolean remove(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int hole = segment.find(key, hash);
    long[] slots = segment.slots;
    long removed = slots[hole];
    if (removed == EMPTY) {
      return false;
    }
    int mask = slots.length - 1;
    for (int slot = (hole + 1) & mask; slots[slot] != EMPTY; slot = (slot + 1) & mask) {
      int home = (int) KeyedHash.of(slots[slot] >>> MARK_BITS, secret) & mask;
      // Stays where it is if its home lies between the hole and itself, going round.
      if (((slot - home) & mask) < ((slot - hole) & mask)) {
        continue;
      }
      SLOTS.setRelease(slots, hole, slots[slot]);
      hole = slot;
    }
    SLOTS.setRelease(slots, hole, EMPTY);
    segment.used--;
    size--;
    return (removed & HEAD) != 0;
  }

  private boolean change(long key, long cleared, long set) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int slot = segment.find(key, hash);
    if (segment.slots[slot] == EMPTY) {
      return false;
    }
    segment.change(slot, cleared, set);
    return true;
  }

  private long marks(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    return segment.slots[segment.find(key, hash)];
  }

  private Segment segment(long hash) {
    return segments.getAcquire(index(hash));
  }

  private static int index(long hash) {
    return (int) (hash >>> (Long.SIZE - SEGMENT_BITS));
  }

  /** One part of the table; its array never changes its length. */
  private static final class Segment {
    final long[] slots;
    int used;

    Segment(int slots) {
      this.slots = new long[slots];
    }

    /** The slot of a key, or the empty slot where it would go. */
    int find(long key, long hash) {
      int mask = slots.length - 1;
      int slot = (int) hash & mask;
      while (slots[slot] != EMPTY && slots[slot] >>> MARK_BITS != key) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    /** Changes bits of a mark; readers go on finding the key. */
    void change(int slot, long cleared, long set) {
      SLOTS.setOpaque(slots, slot, (slots[slot] & ~cleared) | set);
    }

    Segment grown(long secret) {
      Segment larger = new Segment(slots.length * 2);
      for (long each : slots) {
        if (each != EMPTY) {
          long key = each >>> MARK_BITS;
          larger.slots[larger.find(key, KeyedHash.of(key, secret))] = each;
        }
      }
      larger.used = used;
      return larger;
    }
  }
}
