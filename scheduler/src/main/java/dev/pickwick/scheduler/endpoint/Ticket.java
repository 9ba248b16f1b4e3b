package dev.pickwick.scheduler.endpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One request charged to one endpoint, until it is closed.
 *
 * <p>It counts as in flight from the pick to its close, and as waiting until a scrape has come in
 * that began after the request can have arrived. Times are told by one thread at a time (the stream
 * that owns the ticket), closing and settling may race.
 *
 * <p>The ticket is at once the node of its endpoint's stack of unsettled tickets, so that a pick
 * allocates 40 bytes and no more.
 */
public final class Ticket {

  private static final VarHandle STATE = handle("state", int.class);
  private static final VarHandle ARRIVAL = handle("arrivalNanos", long.class);

  private static final int CLOSED = 1;
  private static final int SETTLED = 2;
  private static final int ANSWERED = 4;

  /** A moment that is not known yet. No ticker comes near it within a process's life. */
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final Endpoint endpoint;
  private long sentNanos = UNKNOWN;

  @SuppressWarnings("UnusedVariable") // read and written through ARRIVAL
  private long arrivalNanos = UNKNOWN;

  @SuppressWarnings("UnusedVariable") // read and written through STATE
  private int state;

  /** The ticket below in the endpoint's stack; written before it is published there. */
  @Nullable Ticket next;

  Ticket(Endpoint endpoint, boolean settled) {
    this.endpoint = endpoint;
    this.state = settled ? SETTLED : 0;
  }

  /** Where the request was sent. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * The last of the request has been handed on; only the first call counts.
   *
   * @param nowNanos ticker reading, in nanoseconds
   */
  public void bodySent(long nowNanos) {
    if (sentNanos != UNKNOWN) {
      return;
    }
    sentNanos = nowNanos;
    if (arrival() == UNKNOWN) {
      ARRIVAL.setRelease(this, nowNanos + endpoint.transit().allowanceNanos());
    }
  }

  /**
   * The model server has answered, so the request had arrived; only the first call counts.
   *
   * @param nowNanos ticker reading, in nanoseconds
   */
  public void responseHeadersSeen(long nowNanos) {
    int before = (int) STATE.getAndBitwiseOr(this, ANSWERED);
    if ((before & ANSWERED) != 0) {
      return;
    }
    long expected = arrival();
    if (expected == UNKNOWN || nowNanos - expected < 0) {
      ARRIVAL.setRelease(this, nowNanos);
    }
    if (sentNanos != UNKNOWN) {
      endpoint.transit().measured(nowNanos - sentNanos);
    }
  }

  /** Ends the charge; true the first time, and only then does a counter move. */
  public boolean close() {
    int before = (int) STATE.getAndBitwiseOr(this, CLOSED | SETTLED);
    if ((before & CLOSED) != 0) {
      return false;
    }
    endpoint.uncharge((before & SETTLED) == 0);
    return true;
  }

  /**
   * Stops counting as waiting if a scrape that began then must have seen the request.
   *
   * @return whether the ticket need not be looked at again
   */
  boolean settle(long scrapeStartedNanos) {
    if (isSettled()) {
      return true;
    }
    long arrival = arrival();
    if (arrival == UNKNOWN || arrival - scrapeStartedNanos > 0) {
      return false;
    }
    int before = (int) STATE.getAndBitwiseOr(this, SETTLED);
    if ((before & SETTLED) == 0) {
      endpoint.uncountWaiting();
    }
    return true;
  }

  boolean isSettled() {
    return ((int) STATE.getAcquire(this) & SETTLED) != 0;
  }

  private long arrival() {
    return (long) ARRIVAL.getAcquire(this);
  }

  private static VarHandle handle(String field, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Ticket.class, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
