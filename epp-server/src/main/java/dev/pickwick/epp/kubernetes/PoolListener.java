package dev.pickwick.epp.kubernetes;

/** Hears whether the pool is known; the health service answers by it. */
@FunctionalInterface
public interface PoolListener {

  /**
   * The pool has become known or has gone. Called on the watch's own thread, only when it changes.
   *
   * @param known true when the pool exists and its pods have been listed once; false when it was
   *     deleted
   */
  void poolKnown(boolean known);
}
