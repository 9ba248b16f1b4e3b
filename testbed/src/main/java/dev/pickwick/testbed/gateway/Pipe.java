package dev.pickwick.testbed.gateway;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A bounded queue between threads that either end can close. */
final class Pipe<T> {

  private final int capacity;
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closed;
  private boolean abandoned;

  Pipe(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds an item, waiting for room.
   *
   * @return false when nobody will take it
   */
  boolean put(T item) {
    try {
      return put(item, Deadline.NEVER);
    } catch (TimeoutException e) {
      throw new IllegalStateException("there is no deadline", e);
    }
  }

  /**
   * Adds an item, waiting for room no longer than that.
   *
   * @return false when nobody will take it
   */
  boolean put(T item, Deadline deadline) throws TimeoutException {
    lock.lock();
    try {
      while (items.size() >= capacity && !closed && !abandoned) {
        await(deadline);
      }
      if (closed || abandoned) {
        return false;
      }
      items.add(item);
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The next item, waiting for it; null after the last one. */
  @Nullable T take() {
    try {
      return take(Deadline.NEVER);
    } catch (TimeoutException e) {
      throw new IllegalStateException("there is no deadline", e);
    }
  }

  /** The next item, waiting for it no longer than that; null after the last one. */
  @Nullable T take(Deadline deadline) throws TimeoutException {
    lock.lock();
    try {
      while (items.isEmpty() && !closed && !abandoned) {
        await(deadline);
      }
      T item = abandoned ? null : items.poll();
      changed.signalAll();
      return item;
    } finally {
      lock.unlock();
    }
  }

  /** The writer has no more; what is inside can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The reader wants no more; what is inside is dropped. */
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      items.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // every caller loops
  private void await(Deadline deadline) throws TimeoutException {
    if (deadline.isNever()) {
      changed.awaitUninterruptibly();
      return;
    }
    long left = deadline.leftNanos();
    if (left <= 0) {
      throw new TimeoutException();
    }
    try {
      boolean _ = changed.await(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abandoned = true;
    }
  }
}
