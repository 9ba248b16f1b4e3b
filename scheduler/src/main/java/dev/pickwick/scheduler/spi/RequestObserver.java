package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.Endpoint;

/** Hears where requests went. */
public interface RequestObserver extends Plugin {

  /** A request was charged to an endpoint. Called on the thread that schedules; must not block. */
  void picked(InferenceRequest request, Endpoint endpoint);
}
