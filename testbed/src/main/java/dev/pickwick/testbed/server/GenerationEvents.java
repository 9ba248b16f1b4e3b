package dev.pickwick.testbed.server;

import java.util.concurrent.LinkedBlockingQueue;

/** Carries an engine's events to the thread that writes the answer. */
final class GenerationEvents implements Engine.Listener {

  /** All tokens are there. */
  static final int FINISHED = 0;

  /** The client went away, or the server closes. */
  static final int GONE = -1;

  private final LinkedBlockingQueue<Integer> events = new LinkedBlockingQueue<>();

  @Override
  public void tokens(int count) {
    events.add(count);
  }

  @Override
  public void finished() {
    events.add(FINISHED);
  }

  void gone() {
    events.add(GONE);
  }

  /** Number of new tokens, {@link #FINISHED} or {@link #GONE}; waits for it. */
  int next() {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return GONE;
    }
  }
}
