package dev.pickwick.testbed.gateway;

/** Is told everything that happens on the gateway's ext_proc streams; called from many threads. */
@FunctionalInterface
public interface StreamListener {

  /** Listens to nothing. */
  StreamListener NONE = (_, _) -> {};

  /**
   * Something happened.
   *
   * @param stream number of the stream, from 1 on in the order of their beginning
   */
  void onEvent(long stream, StreamEvent event);
}
