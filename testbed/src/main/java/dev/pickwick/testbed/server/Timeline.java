package dev.pickwick.testbed.server;

/** Time and timers of a fake model server: the machine's own, or moved by a test. */
public interface Timeline {

  /** A ticker reading, in nanoseconds; only differences mean something. */
  long nanoTime();

  /** Milliseconds since 1970, for time stamps that others see. */
  long unixMillis();

  /**
   * Runs the task once, not earlier than the delay from now, never on the calling thread.
   *
   * @param delayNanos nanoseconds, at least 0
   */
  void after(long delayNanos, Runnable task);

  /** The machine's own time; the timers of the whole process share one thread. */
  static Timeline real() {
    return RealTimeline.INSTANCE;
  }
}
