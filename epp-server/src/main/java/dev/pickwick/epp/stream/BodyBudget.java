package dev.pickwick.epp.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bound on what the bodies of all streams together may occupy.
 *
 * <p>Counted are bytes held on the heap, those of messages that are still arriving, and for every
 * stream that is held back one whole flow-control window, since that much may lie unread in network
 * buffers. From seven eighths of the bound on, only the stream that began to hold bytes first may
 * receive more, so that at least one gets through. Who makes no progress for the patience while the
 * bound is reached is turned away. "Reached" lasts two patiences longer than the fact itself:
 * silent senders who just fit below the bound would otherwise keep the memory that others were
 * turned away for.
 *
 * <p>A message that was asked for cannot be held back any more. So messages that are arriving have
 * a bound of their own, which is about direct memory, where they lie: near it no more are asked
 * for, and beyond it, or when held bytes pass one and a half of the bound, whoever brings more must
 * let go at once, except the first holder. Everything together thus stays below one and a half of
 * the bound plus one body.
 *
 * <p>Safe for all threads; its {@linkplain Lane lanes} and {@linkplain Reservation reservations}
 * belong to one loop each.
 */
public final class BodyBudget {

  /** A stream, as far as its memory goes; both methods are called on its own loop. */
  interface Holder {

    /** More of the body may be asked for. */
    void resume();

    /** Nothing has moved for too long while memory is short: let go of it. */
    void expire();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long NOBODY = Long.MAX_VALUE;

  private final long bound;
  private final long near;
  private final long most;
  private final long arrivingBound;
  private final long arrivingNear;
  private final long patienceNanos;
  private final LongSupplier nanos;
  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong arriving = new AtomicLong();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicBoolean pressed = new AtomicBoolean();
  private volatile long pressedSince;
  private volatile long lastReached;

  /**
   * @param bound in bytes, at least 1
   * @param nanos ticker reading in nanoseconds
   */
  public BodyBudget(long bound, LongSupplier nanos) {
    this(bound, MemoryLimit.arrivingBytes(), PATIENCE, nanos);
  }

  /**
   * @param arrivingBound of messages still arriving, in bytes; never more than half the bound
   */
  BodyBudget(long bound, long arrivingBound, Duration patience, LongSupplier nanos) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: " + bound + " (expected: >= 1)");
    }
    this.bound = bound;
    this.near = bound - bound / 8;
    this.most = bound + bound / 2;
    this.arrivingBound = Math.max(1, Math.min(arrivingBound, bound / 2));
    this.arrivingNear = this.arrivingBound - this.arrivingBound / 8;
    this.patienceNanos = patience.toNanos();
    this.nanos = nanos;
  }

  /** In bytes. */
  public long bound() {
    return bound;
  }

  /** What is counted at this moment, in bytes; 0 when no stream holds anything. */
  public long used() {
    return used.get();
  }

  /** After what time without progress a body is let go of, while the bound is reached. */
  Duration patience() {
    return Duration.ofNanos(patienceNanos);
  }

  /**
   * The part of one loop.
   *
   * @param window bytes that one stream may have sent us without our asking
   */
  Lane lane(Loop loop, int window) {
    Lane lane = new Lane(loop, window);
    lanes.add(lane);
    return lane;
  }

  /** Counts bytes of a response that could not be passed on at once; negative ones are gone. */
  void count(long bytes) {
    if (used.addAndGet(bytes) >= near) {
      reached();
    }
    if (bytes < 0) {
      wakeHeldBack();
    }
  }

  /** So many more bytes have come of a message that is not complete yet. */
  void arriving(long bytes) {
    long all = arriving.addAndGet(bytes);
    if (used.addAndGet(bytes) >= near || all >= arrivingNear) {
      reached();
    }
  }

  /** A message of which so much was counted has been delivered, or will never be. */
  void arrived(long bytes) {
    arriving.addAndGet(-bytes);
    used.addAndGet(-bytes);
    wakeHeldBack();
  }

  private boolean isNear() {
    return used.get() >= near || arriving.get() >= arrivingNear;
  }

  private boolean holdsTooMuch() {
    return used.get() - unreadWindows() >= most;
  }

  private long unreadWindows() {
    long unread = 0;
    for (Lane lane : lanes) {
      unread += (long) lane.heldBack.get() * lane.window;
    }
    return unread;
  }

  private void reached() {
    long now = nanos.getAsLong();
    lastReached = now;
    if (!pressed.get()) {
      pressedSince = now;
      if (pressed.compareAndSet(false, true)) {
        lanes.forEach(lane -> lane.loop.execute(lane::startSweeping));
      }
    }
  }

  private void wakeHeldBack() {
    for (Lane lane : lanes) {
      lane.wake();
    }
  }

  private boolean nobodyHoldsLongerThan(long sequence) {
    for (Lane lane : lanes) {
      if (lane.oldest < sequence) {
        return false;
      }
    }
    return true;
  }

  /** The streams of one loop that receive a body or still have one to pass on. */
  final class Lane {

    private final Loop loop;
    private final int window;
    private final Line waiting = new Line();
    private final Line holding = new Line();
    private final AtomicInteger heldBack = new AtomicInteger();
    private final AtomicBoolean woken = new AtomicBoolean();
    private boolean sweeping;

    /** Sequence of the oldest reservation with bytes, for the other loops to see. */
    private volatile long oldest = NOBODY;

    private Lane(Loop loop, int window) {
      this.loop = loop;
      this.window = window;
    }

    /** A stream that will receive a body. */
    Reservation open(Holder holder) {
      Reservation reservation = new Reservation(this, holder);
      waiting.append(reservation);
      return reservation;
    }

    /** Bytes that one stream may have sent us without our asking. */
    int window() {
      return window;
    }

    private void publishOldest() {
      Reservation first = holding.first();
      oldest = first == null ? NOBODY : first.sequence;
    }

    private void wake() {
      if (heldBack.get() > 0 && woken.compareAndSet(false, true)) {
        loop.execute(this::resumeHeldBack);
      }
    }

    private void resumeHeldBack() {
      woken.set(false);
      resumeHeldBack(holding);
      resumeHeldBack(waiting);
    }

    /** Resuming may bring messages, or the end of a stream, at once: the line is read anew. */
    private void resumeHeldBack(Line line) {
      Reservation next = line.firstHeldBack();
      while (next != null && next.isAllowed()) {
        next.letGo();
        alone(next.holder::resume);
        next = line.firstHeldBack();
      }
    }

    private void startSweeping() {
      if (!sweeping) {
        sweeping = true;
        loop.schedule(this::sweep, patienceNanos / 10);
      }
    }

    private void sweep() {
      long now = nanos.getAsLong();
      if (isNear()) {
        lastReached = now;
      } else if (now - lastReached > 2 * patienceNanos) {
        pressed.set(false);
      }
      if (!pressed.get()) {
        sweeping = false;
        return;
      }
      try {
        expireStuck(now);
      } finally {
        loop.schedule(this::sweep, patienceNanos / 10);
      }
    }

    private void expireStuck(long now) {
      List<Reservation> stuck = new ArrayList<>();
      holding.collectStuck(now, stuck);
      waiting.collectStuck(now, stuck);
      for (Reservation reservation : stuck) {
        if (reservation.line != null) {
          alone(reservation.holder::expire);
        }
      }
    }

    /** A holder that throws keeps no other from its turn; the loop reports what it threw. */
    private void alone(Runnable turn) {
      try {
        turn.run();
      } catch (RuntimeException | Error e) {
        loop.execute(
            () -> {
              throw e;
            });
      }
    }
  }

  /** What one stream holds; closed exactly once or more often. */
  final class Reservation {

    private final Lane lane;
    private final Holder holder;
    private @Nullable Line line;
    private @Nullable Reservation previous;
    private @Nullable Reservation next;
    private long sequence = NOBODY;
    private long bytes;
    private long progressedNanos = nanos.getAsLong();
    private boolean heldBack;

    private Reservation(Lane lane, Holder holder) {
      this.lane = lane;
      this.holder = holder;
    }

    /** So many more bytes are held. */
    void grow(int more) {
      bytes += more;
      if (used.addAndGet(more) >= near) {
        reached();
      }
      begin();
    }

    /** Something has come, if only a piece of a message. */
    void begin() {
      progressedNanos = nanos.getAsLong();
      if (line == lane.waiting) {
        lane.waiting.remove(this);
        sequence = BodyBudget.this.sequence.incrementAndGet();
        lane.holding.append(this);
        lane.publishOldest();
      }
    }

    /** Whether so much is held that what has just been added cannot stay; others come first. */
    boolean mustLetGo() {
      return holdsTooMuch() && !isFirst();
    }

    /** Whether a message that is arriving cannot be waited for; others come first. */
    boolean mustStopArriving() {
      return (arriving.get() >= arrivingBound || holdsTooMuch()) && !isFirst();
    }

    private boolean isFirst() {
      return line == lane.holding && nobodyHoldsLongerThan(sequence);
    }

    /** Some of it was passed on. */
    void progressed() {
      progressedNanos = nanos.getAsLong();
    }

    /** Whether more may be asked for now; if not, {@link Holder#resume} follows one day. */
    boolean mayReceive() {
      if (isAllowed()) {
        return true;
      }
      holdBack();
      // Somebody may have released memory before we could be seen waiting.
      if (!isAllowed()) {
        return false;
      }
      letGo();
      return true;
    }

    /** Gives everything back. */
    void close() {
      Line current = line;
      if (current == null) {
        return;
      }
      letGo();
      current.remove(this);
      lane.publishOldest();
      used.addAndGet(-bytes);
      bytes = 0;
      wakeHeldBack();
    }

    private boolean isAllowed() {
      long others = used.get() - (heldBack ? lane.window : 0);
      if (others < near && arriving.get() < arrivingNear) {
        return true;
      }
      return nobodyHoldsLongerThan(sequence)
          && (sequence != NOBODY || lane.waiting.noneHeldBackBefore(this));
    }

    private void holdBack() {
      if (!heldBack) {
        heldBack = true;
        lane.heldBack.incrementAndGet();
        used.addAndGet(lane.window);
        reached();
      }
    }

    private void letGo() {
      if (heldBack) {
        heldBack = false;
        lane.heldBack.decrementAndGet();
        used.addAndGet(-lane.window);
      }
    }

    /** One that waits for its client's first byte holds nothing and hurts nobody. */
    private boolean isStuck(long now) {
      long since = Math.max(progressedNanos - pressedSince, 0) + pressedSince;
      return now - since >= patienceNanos && (heldBack || sequence != NOBODY);
    }
  }

  /** A doubly linked list of reservations in the order they joined. */
  private static final class Line {

    private @Nullable Reservation first;
    private @Nullable Reservation last;

    @Nullable Reservation first() {
      return first;
    }

    void append(Reservation added) {
      added.line = this;
      added.previous = last;
      added.next = null;
      if (last == null) {
        first = added;
      } else {
        last.next = added;
      }
      last = added;
    }

    void remove(Reservation removed) {
      Reservation before = removed.previous;
      Reservation after = removed.next;
      if (before == null) {
        first = after;
      } else {
        before.next = after;
      }
      if (after == null) {
        last = before;
      } else {
        after.previous = before;
      }
      removed.previous = null;
      removed.next = null;
      removed.line = null;
    }

    @Nullable Reservation firstHeldBack() {
      Reservation found = first;
      while (found != null && !found.heldBack) {
        found = found.next;
      }
      return found;
    }

    boolean noneHeldBackBefore(Reservation one) {
      Reservation found = firstHeldBack();
      return found == null || found == one;
    }

    void collectStuck(long now, List<Reservation> into) {
      for (Reservation one = first; one != null; one = one.next) {
        if (one.isStuck(now)) {
          into.add(one);
        }
      }
    }
  }
}
