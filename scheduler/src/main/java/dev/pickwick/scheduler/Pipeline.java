package dev.pickwick.scheduler;

import static java.util.Objects.requireNonNull;

import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scheduler.spi.ProfileHandler;
import dev.pickwick.scheduler.spi.RequestObserver;
import java.util.List;

/**
 * Everything a pass runs.
 *
 * @param handler chooses the profile
 * @param profiles at least one
 * @param producers fill columns before the filters run, in this order
 * @param observers hear of every pick, in this order
 */
public record Pipeline(
    ProfileHandler handler,
    List<Profile> profiles,
    List<DataProducer> producers,
    List<RequestObserver> observers) {

  public Pipeline {
    requireNonNull(handler, "handler");
    profiles = List.copyOf(profiles);
    producers = List.copyOf(producers);
    observers = List.copyOf(observers);
    if (profiles.isEmpty()) {
      throw new IllegalArgumentException("profiles: none (expected: at least one)");
    }
  }
}
