package dev.pickwick.scheduler.endpoint;

/** A listener's place at a store; closing it ends the calls. */
@FunctionalInterface
public interface EndpointSubscription extends AutoCloseable {

  @Override
  void close();
}
