package dev.pickwick.scheduler;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.ProfileHandler;
import dev.pickwick.scheduler.spi.RequestObserver;
import java.util.List;

/**
 * An installed pipeline, each plugin guarded: one that throws costs its own vote, not the request.
 */
final class GuardedPipeline {

  private final List<Profile> profiles;
  private final GuardedProfile[] guardedProfiles;
  private final Guarded<ProfileHandler> handler;
  private final Guarded<DataProducer>[] producers;

  /** The producers again, in their other role: one may fail while the other works. */
  private final Guarded<DataProducer>[] hashers;

  private final Guarded<RequestObserver>[] observers;

  GuardedPipeline(Pipeline pipeline, SchedulerEvents events) {
    profiles = pipeline.profiles();
    guardedProfiles =
        profiles.stream()
            .map(profile -> new GuardedProfile(profile, events))
            .toArray(GuardedProfile[]::new);
    handler = new Guarded<>(pipeline.handler(), events);
    producers = guarded(pipeline.producers(), events);
    hashers = guarded(pipeline.producers(), events);
    observers = guarded(pipeline.observers(), events);
  }

  PromptHashing promptHashing(EndpointSnapshot endpoints) {
    for (Guarded<DataProducer> hasher : hashers) {
      try {
        PromptHashing hashing = hasher.plugin.promptHashing(endpoints);
        hasher.worked();
        if (hashing.blockBytes() > 0) {
          return hashing;
        }
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        hasher.failed(e);
      }
    }
    return PromptHashing.NONE;
  }

  void produce(InferenceRequest request, Candidates candidates) {
    for (Guarded<DataProducer> producer : producers) {
      try {
        producer.plugin.produce(request, candidates);
        producer.worked();
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        producer.failed(e);
      }
    }
  }

  GuardedProfile choose(InferenceRequest request) {
    try {
      Profile chosen = handler.plugin.choose(request, profiles);
      for (GuardedProfile profile : guardedProfiles) {
        if (profile.profile.equals(chosen)) {
          handler.worked();
          return profile;
        }
      }
      handler.failed(new IllegalStateException("profile: not one of those offered"));
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      handler.failed(e);
    }
    return guardedProfiles[0];
  }

  void picked(InferenceRequest request, Endpoint endpoint) {
    for (Guarded<RequestObserver> observer : observers) {
      try {
        observer.plugin.picked(request, endpoint);
        observer.worked();
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        observer.failed(e);
      }
    }
  }

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // an array of a generic type cannot be made otherwise
  static <P extends Plugin> Guarded<P>[] guarded(List<P> plugins, SchedulerEvents events) {
    Guarded[] guarded = new Guarded[plugins.size()];
    for (int i = 0; i < guarded.length; i++) {
      guarded[i] = new Guarded<>(plugins.get(i), events);
    }
    return guarded;
  }
}
