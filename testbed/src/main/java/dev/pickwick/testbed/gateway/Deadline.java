package dev.pickwick.testbed.gateway;

import java.time.Duration;

/**
 * A point in time after which waiting is pointless.
 *
 * @param atNanos reading of {@link System#nanoTime}
 */
record Deadline(long atNanos) {

  /** Waits for ever. */
  static final Deadline NEVER = new Deadline(0);

  /** That far from now; zero is for ever. */
  static Deadline in(Duration time) {
    return time.isZero() ? NEVER : new Deadline(System.nanoTime() + time.toNanos());
  }

  boolean isNever() {
    return atNanos == 0;
  }

  long leftNanos() {
    return atNanos - System.nanoTime();
  }

  /** For a socket: milliseconds left, at least 1; 0 for ever. */
  int leftMillis() {
    return isNever() ? 0 : Math.clamp(leftNanos() / 1_000_000, 1, Integer.MAX_VALUE);
  }
}
