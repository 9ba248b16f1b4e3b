package dev.pickwick.testbed.server;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's own time. */
final class RealTimeline implements Timeline {

  static final RealTimeline INSTANCE = new RealTimeline();

  private final ScheduledThreadPoolExecutor timers =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("model-server-timers").factory());

  private RealTimeline() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long unixMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void after(long delayNanos, Runnable task) {
    var _ = timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }
}
