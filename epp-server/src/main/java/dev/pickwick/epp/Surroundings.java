package dev.pickwick.epp;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.spi.PluginContext;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What plugins get in the running program: the pool, the system's ticker, real chance. */
record Surroundings(EndpointStore endpoints, LongSupplier nanos) implements PluginContext {

  /** Safe for all threads, as none of the JDK's seeded generators is. */
  @Override
  public RandomGenerator random() {
    return () -> ThreadLocalRandom.current().nextLong();
  }
}
