package dev.pickwick.epp.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/** An event loop and its clock, both of which move only when the test says so. */
final class FakeLoop implements Loop, LongSupplier {

  private record Timer(long dueNanos, Runnable task) {}

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos));
  private long nanos = 1_000_000_000L;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    timers.add(new Timer(nanos + delayNanos, task));
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public long getAsLong() {
    return nanos;
  }

  /** Runs what was handed over. */
  void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Lets time pass, timers included. */
  void advance(Duration time) {
    run();
    long until = nanos + time.toNanos();
    while (!timers.isEmpty() && timers.peek().dueNanos() <= until) {
      Timer due = timers.remove();
      nanos = Math.max(nanos, due.dueNanos());
      due.task().run();
      run();
    }
    nanos = until;
  }
}
