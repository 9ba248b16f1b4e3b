package dev.pickwick.testbed.server;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time that stands still until a test moves it; timers run on the thread that moves it. */
public final class VirtualTimeline implements Timeline {

  private record Timer(long due, long order, Runnable task) {}

  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
  private long now;
  private long count;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized long unixMillis() {
    return EPOCH_MILLIS + now / 1_000_000;
  }

  @Override
  public synchronized void after(long delayNanos, Runnable task) {
    timers.add(new Timer(now + delayNanos, count++, task));
  }

  /** Moves time and runs, in order, what falls due on the way. */
  public void advance(Duration by) {
    long target = nanoTime() + by.toNanos();
    for (Timer timer = nextUntil(target); timer != null; timer = nextUntil(target)) {
      timer.task().run();
    }
  }

  private synchronized @Nullable Timer nextUntil(long target) {
    Timer next = timers.peek();
    if (next == null || next.due() > target) {
      now = target;
      return null;
    }
    now = Math.max(now, next.due());
    return timers.remove();
  }
}
