package dev.pickwick.scheduler.endpoint;

/** Hears who joins and who leaves; called in order, one call at a time, and must not block. */
public interface EndpointListener {

  /** The endpoint is a member from now on. */
  void added(Endpoint endpoint);

  /** The endpoint is no member any more; it may still have requests in flight. */
  void removed(Endpoint endpoint);
}
