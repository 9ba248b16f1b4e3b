package dev.pickwick.scheduler.endpoint;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a request needs to its model server, smoothed over all requests of this picker.
 *
 * <p>Measured from the last body message to the response headers, which is an upper bound: a model
 * server may think before it answers. Hence each measurement is held within the bounds first, so
 * that one slow answer weighs no more than the upper one.
 */
final class TransitTime {

  static final long FIRST_NANOS = 100_000_000;
  static final long LEAST_NANOS = 5_000_000;
  static final long MOST_NANOS = 200_000_000;

  private static final long UNMEASURED = 0;
  private static final int SMOOTHING = 8;

  private final AtomicLong smoothed = new AtomicLong(UNMEASURED);

  /** In nanoseconds, in [5 ms, 200 ms]; 100 ms before the first measurement. */
  long allowanceNanos() {
    long nanos = smoothed.get();
    return nanos == UNMEASURED ? FIRST_NANOS : nanos;
  }

  void measured(long nanos) {
    long bounded = Math.clamp(nanos, LEAST_NANOS, MOST_NANOS);
    long before = smoothed.get();
    long after = before == UNMEASURED ? bounded : before + (bounded - before) / SMOOTHING;
    // A measurement lost to a faster one is no loss: the next request brings another.
    smoothed.compareAndSet(before, after);
  }
}
