package dev.pickwick.scheduler;

import dev.pickwick.scheduler.Decision.Picked;
import dev.pickwick.scheduler.Decision.Reason;
import dev.pickwick.scheduler.Decision.Rejected;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.Ticket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way through the pipeline, with the working arrays it uses again for every request.
 *
 * <p>Pick and charge are one step: the winner's load advances only from the value the pass has
 * seen; if another pass was faster, this one begins again. After {@value #TRIES} lost races it
 * charges its winner anyway.
 */
public final class Pass {

  /**
   * A lost race means that another pass has charged the same winner, so races are lost in a row
   * only in a burst, by one thread per charge of another. Threads are as many as cores: that all of
   * them get in before one, time and again, happens a few times in a row, not dozens. A pass that
   * gives up charges an endpoint that is no longer the best, and one such pick spoils an even
   * spread; another try costs a pass, which is cheap for the few endpoints for which races are
   * common. The bound is there only because a plugin or a stopped thread could otherwise hold up an
   * event loop for good.
   */
  private static final int TRIES = 64;

  private final Scheduler scheduler;
  private final Candidates candidates;
  private double[] scores = new double[0];
  private double[] totals = new double[0];
  private int[] chosen = new int[0];

  Pass(Scheduler scheduler) {
    this.scheduler = scheduler;
    this.candidates =
        new Candidates(scheduler.endpoints.snapshot(), scheduler.options.countUnscraped());
  }

  /** Decides about a request, and charges the endpoint it picks. */
  public Decision schedule(InferenceRequest request) {
    long startedNanos = scheduler.nanos.getAsLong();
    Decision decision = decide(request, startedNanos);
    try {
      scheduler.events.decided(request, scheduler.nanos.getAsLong() - startedNanos, decision);
      return decision;
    } catch (Throwable e) {
      if (decision instanceof Picked picked) {
        picked.ticket().close();
      }
      throw e;
    }
  }

  private Decision decide(InferenceRequest request, long nowNanos) {
    GuardedPipeline pipeline = scheduler.pipeline();
    Subset subset = subset(request);
    for (int tries = 0; ; tries++) {
      EndpointSnapshot snapshot = scheduler.endpoints.snapshot();
      if (snapshot.size() == 0) {
        return rejected(Reason.NO_ENDPOINTS);
      }
      candidates.capture(snapshot, subset, nowNanos);
      if (candidates.size() == 0) {
        return rejected(Reason.NO_CANDIDATES);
      }
      pipeline.produce(request, candidates);
      GuardedProfile profile = pipeline.choose(request);
      profile.filter(request, candidates);
      if (candidates.size() == 0) {
        return new Rejected(
            Reason.FILTERED,
            "failed to find target endpoint: failed to run scheduler profile '"
                + profile.profile.name()
                + "'");
      }
      ensureCapacity(candidates.size());
      profile.total(request, candidates, scores, totals);
      int count = profile.pick(candidates, totals, chosen);
      Ticket ticket = charge(chosen[0], tries);
      if (ticket != null) {
        return pickedOrClosed(request, pipeline, ticket, count);
      }
    }
  }

  private @Nullable Subset subset(InferenceRequest request) {
    List<String> subset = request.subset();
    return subset == null || scheduler.options.ignoreSubset() ? null : Subset.of(subset);
  }

  private static Rejected rejected(Reason reason) {
    return new Rejected(reason, "failed to find endpoint candidates for serving the request");
  }

  private @Nullable Ticket charge(int index, int tries) {
    Endpoint winner = candidates.endpoint(index);
    if (scheduler.options.countUnscraped() && tries < TRIES) {
      return winner.tryCharge(candidates.load(index));
    }
    return winner.charge(scheduler.options.countUnscraped());
  }

  /** Whatever is thrown after the charge, even for want of memory: nobody else knows the ticket. */
  private Picked pickedOrClosed(
      InferenceRequest request, GuardedPipeline pipeline, Ticket ticket, int count) {
    try {
      return picked(request, pipeline, ticket, count);
    } catch (Throwable e) {
      ticket.close();
      throw e;
    }
  }

  private Picked picked(
      InferenceRequest request, GuardedPipeline pipeline, Ticket ticket, int count) {
    if (candidates.prefixTotal() > 0) {
      scheduler.events.prefixMatched(
          candidates.prefixBlocks(chosen[0]),
          candidates.prefixTotal(),
          request.prompt().blockBytes());
    }
    pipeline.picked(request, ticket.endpoint());
    return new Picked(ticket, count == 1 ? List.of() : fallbacks(count));
  }

  private List<Endpoint> fallbacks(int count) {
    Endpoint[] others = new Endpoint[count - 1];
    for (int i = 1; i < count; i++) {
      others[i - 1] = candidates.endpoint(chosen[i]);
    }
    return List.of(others);
  }

  private void ensureCapacity(int needed) {
    if (chosen.length < needed) {
      int capacity = needed + needed / 2;
      scores = new double[capacity];
      totals = new double[capacity];
      chosen = new int[capacity];
    }
  }
}
