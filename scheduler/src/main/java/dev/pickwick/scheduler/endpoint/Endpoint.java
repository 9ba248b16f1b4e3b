package dev.pickwick.scheduler.endpoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One place requests can go: an identity that survives snapshots, facts that are replaced, and the
 * counters of what we have sent there ourselves.
 *
 * <p>The two counters share one {@code long}, the <em>load</em>: requests in flight in the upper
 * half, those no scrape can have seen yet in the lower. So a pass reads both at one moment, and
 * charges by one compare-and-set from what it read.
 */
public final class Endpoint {

  private static final VarHandle UNSETTLED = unsettledHandle();

  private static final long ONE_IN_FLIGHT = 1L << 32;
  private static final long ONE_UNSCRAPED = 1;

  /** The load of an endpoint that left idle and is forgotten: nothing can be charged any more. */
  private static final long RETIRED = Long.MIN_VALUE;

  /** Pushes after which a stack is swept even when no scrape ever comes. */
  private static final int SWEEP_EVERY = 32;

  private final EndpointId id;
  private final String destination;
  private final int number;
  private final TransitTime transit;

  /**
   * Where the row of the load table is that is ours while we are not retired. Scraped numbers are
   * written there under our lock, and it is given away under it too; the load needs no lock.
   */
  private final LoadTable.Block block;

  private final int row;

  private volatile boolean retired;
  private volatile @Nullable Ticket unsettled;

  /** How many were pushed since the last sweep, roughly: lost updates only delay a sweep. */
  private int pushes;

  private volatile EndpointSpec spec;
  private volatile EndpointMetrics metrics = EndpointMetrics.NEVER;
  private volatile long addedNanos;

  Endpoint(EndpointSpec spec, int number, LoadTable table, TransitTime transit, long addedNanos) {
    this.id = spec.id();
    this.destination = spec.destination();
    this.spec = spec;
    this.number = number;
    this.transit = transit;
    this.addedNanos = addedNanos;
    this.block = table.block(number);
    this.row = LoadTable.row(number);
    block.setLoad(row, 0);
    publishNumbers(EndpointMetrics.NEVER);
  }

  /** Its name, for good. */
  public EndpointId id() {
    return id;
  }

  /** Where requests go, for good: {@code ip:port}, an IPv6 address in brackets. */
  public String destination() {
    return destination;
  }

  /**
   * A small number, at least 0, that no other endpoint of the store has at the same time; it is
   * given to another after this one has left and its last request has ended.
   */
  public int number() {
    return number;
  }

  /** Whether it has left for good: nothing can be charged here, and its number may be another's. */
  public boolean isRetired() {
    return retired;
  }

  /** What is known about it now; labels and metrics port may change. */
  public EndpointSpec spec() {
    return spec;
  }

  /** What the last good scrape said, {@link EndpointMetrics#NEVER} before the first. */
  public EndpointMetrics metrics() {
    return metrics;
  }

  /** Ticker reading when it became a member (for the last time), in nanoseconds. */
  public long addedNanos() {
    return addedNanos;
  }

  /** Requests charged here and not closed yet, at least 0. */
  public int inFlight() {
    return inFlight(load());
  }

  /** Those in flight that no scrape can have seen yet, at least 0. */
  public int unscraped() {
    return unscraped(load());
  }

  /** Both counters of one moment, for {@link #tryCharge}. */
  public long load() {
    long load = block.load(row);
    return retired ? RETIRED : load;
  }

  /** The requests in flight in a value of {@link #load()}. */
  public static int inFlight(long load) {
    return (int) (load >>> 32) & Integer.MAX_VALUE;
  }

  /** The requests no scrape can have seen in a value of {@link #load()}. */
  public static int unscraped(long load) {
    return (int) load;
  }

  /**
   * Charges one request, counted as in flight and as unscraped, if the load still is what the
   * caller saw.
   *
   * @return null when it is not
   */
  public @Nullable Ticket tryCharge(long seenLoad) {
    // Made before the charge, for want of memory must not leave a charge nobody can take back.
    Ticket ticket = new Ticket(this, false);
    return advance(seenLoad, ONE_IN_FLIGHT + ONE_UNSCRAPED) ? unsettled(ticket) : null;
  }

  /**
   * Charges one request, whatever the load.
   *
   * @param countUnscraped whether it counts as waiting until a scrape can have seen it
   * @return null when the endpoint has left the pool for good
   */
  public @Nullable Ticket charge(boolean countUnscraped) {
    long more = countUnscraped ? ONE_IN_FLIGHT + ONE_UNSCRAPED : ONE_IN_FLIGHT;
    Ticket ticket = new Ticket(this, !countUnscraped);
    long seen;
    do {
      seen = load();
      if (seen == RETIRED) {
        return null;
      }
    } while (!advance(seen, more));
    return countUnscraped ? unsettled(ticket) : ticket;
  }

  /**
   * Publishes what a scrape said, and stops counting as waiting what that scrape must have seen:
   * the requests that had arrived when it began. A scrape that began before the endpoint became a
   * member (for the last time) says nothing about what runs there now, and is ignored.
   */
  public void scraped(EndpointMetrics fresh) {
    // In this order a request is for a moment counted twice, never missed.
    if (accept(fresh)) {
      settle(fresh.startedNanos());
    }
  }

  /** A scrape brought nothing: the old numbers and what we count ourselves stay. */
  public void scrapeFailed() {
    sweep();
  }

  @Override
  public String toString() {
    return id + " (" + destination + ")";
  }

  TransitTime transit() {
    return transit;
  }

  /** How many tickets are kept for the next scrape, settled ones included. */
  int unsettledTickets() {
    int count = 0;
    for (Ticket ticket = unsettled; ticket != null; ticket = ticket.next) {
      count++;
    }
    return count;
  }

  void uncharge(boolean unscraped) {
    block.add(row, unscraped ? -ONE_IN_FLIGHT - ONE_UNSCRAPED : -ONE_IN_FLIGHT);
  }

  void uncountWaiting() {
    block.add(row, -ONE_UNSCRAPED);
  }

  /**
   * Forbids further charges if nothing is in flight; a pass may still hold an old snapshot. True if
   * the row is free for another endpoint.
   */
  synchronized boolean retire() {
    if (!block.advance(row, 0, RETIRED)) {
      return false;
    }
    retired = true;
    return true;
  }

  void updated(EndpointSpec fresh) {
    spec = fresh;
  }

  /** It has been away: what was scraped before says nothing about what runs there now. */
  synchronized void returned(EndpointSpec fresh, long nowNanos) {
    spec = fresh;
    addedNanos = nowNanos;
    metrics = EndpointMetrics.NEVER;
    publishNumbers(EndpointMetrics.NEVER);
  }

  /** False when the load is another, and when the row is no longer ours. */
  private boolean advance(long seen, long more) {
    if (seen == RETIRED || !block.advance(row, seen, seen + more)) {
      return false;
    }
    if (retired) {
      // Somebody else's row, given away while a slow pass held on to an old snapshot.
      block.add(row, -more);
      return false;
    }
    return true;
  }

  private synchronized boolean accept(EndpointMetrics fresh) {
    if (retired || fresh.startedNanos() - addedNanos < 0) {
      return false;
    }
    metrics = fresh;
    publishNumbers(fresh);
    return true;
  }

  private void publishNumbers(EndpointMetrics fresh) {
    int running = fresh.isNever() ? LoadTable.NEVER_ANSWERED : fresh.running();
    block.publish(row, fresh.waiting(), running, fresh.kvUsage());
  }

  private Ticket unsettled(Ticket ticket) {
    push(ticket);
    if (++pushes > SWEEP_EVERY + 2 * unscraped()) {
      sweep();
    }
    return ticket;
  }

  private void settle(long scrapeStartedNanos) {
    pushes = 0;
    Ticket ticket = takeUnsettled();
    while (ticket != null) {
      Ticket below = ticket.next;
      if (!ticket.settle(scrapeStartedNanos)) {
        push(ticket);
      }
      ticket = below;
    }
  }

  private @Nullable Ticket takeUnsettled() {
    return (Ticket) UNSETTLED.getAndSet(this, null);
  }

  private void sweep() {
    pushes = 0;
    Ticket ticket = takeUnsettled();
    while (ticket != null) {
      Ticket below = ticket.next;
      if (!ticket.isSettled()) {
        push(ticket);
      }
      ticket = below;
    }
  }

  /** Tickets leave the stack all at once only, so the classic reuse trouble cannot arise. */
  private void push(Ticket ticket) {
    Ticket top;
    do {
      top = unsettled;
      ticket.next = top;
    } while (!UNSETTLED.compareAndSet(this, top, ticket));
  }

  private static VarHandle unsettledHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Endpoint.class, "unsettled", Ticket.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
