package dev.pickwick.scheduler.prefix;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A set of 64-bit keys with a mark each: any number of readers without locks, one writer at a time.
 *
 * <p>Open addressing with linear probing in 64 segments that grow each on its own, so that no
 * insertion ever moves more than a 64th of the table. Nine bytes per slot, at most seven of ten
 * slots in use: about 13 to 26 bytes per key. A removal moves later keys of the run forward, a copy
 * before its original is cleared, so a reader may see a key twice but meets no gap; one that looks
 * for a key which is just being moved past it may miss it, as if it had looked a moment earlier.
 *
 * <p>A {@link KeyedHash} says where a key goes: its highest bits the segment, its lowest the slot.
 */
final class BlockTable {
  private static final VarHandle KEYS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int SEGMENT_BITS = 6;
  private static final int FIRST_SLOTS = 64;
  private static final long EMPTY = 0;

  private static final byte UNMARKED = 0;
  private static final byte MARKED = 1;
  private static final byte PINNED = 2;

  private final AtomicReferenceArray<Segment> segments =
      new AtomicReferenceArray<>(1 << SEGMENT_BITS);
  private final long secret;
  private int size;

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
      slots += segments.getPlain(i).keys.length;
    }
    return slots * (Long.BYTES + Byte.BYTES);
  }

  /** Whether a key is there; for any thread. */
  boolean contains(long key) {
    long hash = KeyedHash.of(key, secret);
    long[] keys = segment(hash).keys;
    int mask = keys.length - 1;
    for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
      long found = (long) KEYS.getOpaque(keys, slot);
      if (found == key) {
        return true;
      }
      if (found == EMPTY) {
        return false;
      }
    }
  }

  /** Marks a key if it is there; returns whether it is. */
  boolean mark(long key) {
    return setMark(key, MARKED);
  }

  /** Marks a key if it is there, so that it {@link #isPinned} until it is marked again. */
  void pin(long key) {
    setMark(key, PINNED);
  }

  /** Whether a key is marked or pinned; for the writer. */
  boolean isMarked(long key) {
    return markOf(key) != UNMARKED;
  }

  /** Whether a key is pinned; for the writer. */
  boolean isPinned(long key) {
    return markOf(key) == PINNED;
  }

  /** Takes the mark off a key, unless it is pinned. */
  void unmark(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int slot = segment.find(key, hash);
    if (segment.marks[slot] == MARKED) {
      segment.marks[slot] = UNMARKED;
    }
  }

  /**
   * Adds a key without a mark, or marks it when it is there already.
   *
   * @param key anything but 0
   * @return whether it is new
   */
  boolean addOrMark(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int slot = segment.find(key, hash);
    if (segment.keys[slot] == key) {
      segment.marks[slot] = MARKED;
      return false;
    }
    if ((segment.used + 1) * 10L > segment.keys.length * 7L) {
      segment = segment.grown(secret);
      segments.setRelease(index(hash), segment);
      slot = segment.find(key, hash);
    }
    segment.marks[slot] = UNMARKED;
    KEYS.setRelease(segment.keys, slot, key);
    segment.used++;
    size++;
    return true;
  }

  /** Removes a key if it is there. */
  void remove(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int hole = segment.find(key, hash);
    if (segment.keys[hole] != key) {
      return;
    }
    long[] keys = segment.keys;
    int mask = keys.length - 1;
    for (int slot = (hole + 1) & mask; keys[slot] != EMPTY; slot = (slot + 1) & mask) {
      int home = (int) KeyedHash.of(keys[slot], secret) & mask;
      // Stays where it is if its home lies between the hole and itself, going round.
      if (((slot - home) & mask) < ((slot - hole) & mask)) {
        continue;
      }
      segment.marks[hole] = segment.marks[slot];
      KEYS.setRelease(keys, hole, keys[slot]);
      hole = slot;
    }
    KEYS.setRelease(keys, hole, EMPTY);
    segment.used--;
    size--;
  }

  private boolean setMark(long key, byte mark) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int slot = segment.find(key, hash);
    if (segment.keys[slot] != key) {
      return false;
    }
    segment.marks[slot] = mark;
    return true;
  }

  private byte markOf(long key) {
    long hash = KeyedHash.of(key, secret);
    Segment segment = segment(hash);
    int slot = segment.find(key, hash);
    return segment.keys[slot] == key ? segment.marks[slot] : UNMARKED;
  }

  private Segment segment(long hash) {
    return segments.getAcquire(index(hash));
  }

  private static int index(long hash) {
    return (int) (hash >>> (Long.SIZE - SEGMENT_BITS));
  }

  /** One part of the table; its arrays never change their length. */
  private static final class Segment {
    final long[] keys;
    final byte[] marks;
    int used;

    Segment(int slots) {
      keys = new long[slots];
      marks = new byte[slots];
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
          larger.marks[slot] = marks[i];
        }
      }
      larger.used = used;
      return larger;
    }
  }
}
