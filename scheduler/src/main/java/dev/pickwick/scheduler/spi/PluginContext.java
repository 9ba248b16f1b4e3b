package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What a plugin may use of its surroundings; all of it is safe for use by several threads. */
public interface PluginContext {

  /** The pool. */
  EndpointStore endpoints();

  /** The ticker, in nanoseconds. */
  LongSupplier nanos();

  /** Chance. */
  RandomGenerator random();
}
