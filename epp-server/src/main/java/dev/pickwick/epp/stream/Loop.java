package dev.pickwick.epp.stream;

import java.util.concurrent.Executor;

/** What the owner of a stream can do: run a task later, run it after a time, say "this is me". */
interface Loop extends Executor {

  /** Runs the task on this loop after at least that many nanoseconds. */
  void schedule(Runnable task, long delayNanos);

  /** Whether the calling thread is this loop. */
  boolean isCurrent();
}
