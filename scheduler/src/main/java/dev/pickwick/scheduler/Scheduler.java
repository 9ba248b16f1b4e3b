package dev.pickwick.scheduler;

import static java.util.Objects.requireNonNull;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prompt.PromptHashing;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides where requests go: holds what all passes share, above all the pipeline, which can be
 * exchanged between two passes.
 */
public final class Scheduler {

  final EndpointStore endpoints;
  final SchedulerOptions options;
  final LongSupplier nanos;
  final SchedulerEvents events;

  private volatile @Nullable GuardedPipeline pipeline;

  /** A scheduler whose events nobody hears. */
  public Scheduler(EndpointStore endpoints, SchedulerOptions options, LongSupplier nanos) {
    this(endpoints, options, nanos, SchedulerEvents.NONE);
  }

  /**
   * A scheduler; it needs a pipeline before the first pass.
   *
   * @param nanos ticker, in nanoseconds, the one the store uses
   */
  public Scheduler(
      EndpointStore endpoints,
      SchedulerOptions options,
      LongSupplier nanos,
      SchedulerEvents events) {
    this.endpoints = endpoints;
    this.options = options;
    this.nanos = nanos;
    this.events = events;
  }

  /** Makes this the pipeline of every pass that begins from now on. */
  public void install(Pipeline replacement) {
    pipeline = new GuardedPipeline(replacement, events);
  }

  /** A pass, to be used again and again by one thread; typically one per event loop. */
  public Pass newPass() {
    return new Pass(this);
  }

  /** How the prompt of a request that is coming in now is to be hashed. */
  public PromptHashing promptHashing() {
    return pipeline().promptHashing(endpoints.snapshot());
  }

  GuardedPipeline pipeline() {
    return requireNonNull(pipeline, "pipeline: none (expected: one installed)");
  }
}
