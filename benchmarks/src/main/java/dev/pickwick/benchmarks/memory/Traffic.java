package dev.pickwick.benchmarks.memory;

import java.io.IOException;
import java.time.Duration;

/** Sends requests that have nothing in common to a picker. */
@FunctionalInterface
interface Traffic {

  /**
   * What is sent.
   *
   * @param bodyBytes size of a request's body
   * @param concurrency exchanges in flight at most, at least 1
   * @param rate requests started a second; 0: as many as are answered
   * @param duration for which requests are started
   */
  record Wish(int bodyBytes, int concurrency, double rate, Duration duration) {}

  /**
   * What came of it.
   *
   * @param perSecond exchanges that ended well, a second
   * @param failures exchanges that did not
   */
  record Outcome(double perSecond, long failures) {}

  /**
   * Sends, and returns when all exchanges have ended.
   *
   * @param port of the picker, on the loopback, without TLS
   */
  Outcome send(int port, Wish wish) throws IOException, InterruptedException;
}
