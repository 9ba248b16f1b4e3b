package dev.pickwick.benchmarks.scrape;

import java.util.concurrent.atomic.AtomicLong;

/** What has come of scrapes so far; safe for all threads. */
final class Counts {

  private final AtomicLong scrapes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong missedTicks = new AtomicLong();

  void count(boolean ok) {
    (ok ? scrapes : failures).incrementAndGet();
  }

  void missed(long ticks) {
    missedTicks.addAndGet(ticks);
  }

  long scrapes() {
    return scrapes.get();
  }

  long failures() {
    return failures.get();
  }

  long missedTicks() {
    return missedTicks.get();
  }
}
