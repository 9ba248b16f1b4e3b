package dev.pickwick.scheduler;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.Ticket;
import java.util.List;

/** Where a request goes, or why nowhere. */
public sealed interface Decision {

  /**
   * An endpoint was picked and charged.
   *
   * @param ticket the charge; whoever receives it must close it
   * @param fallbacks where to go if the first fails, best first; usually empty
   */
  record Picked(Ticket ticket, List<Endpoint> fallbacks) implements Decision {}

  /**
   * No endpoint can serve the request.
   *
   * @param reason the kind
   * @param message for the client, without a prefix
   */
  record Rejected(Reason reason, String message) implements Decision {}

  /** Why a request goes nowhere. */
  enum Reason {
    /** The pool has no ready endpoint. */
    NO_ENDPOINTS,
    /** The request allows none of the endpoints there are. */
    NO_CANDIDATES,
    /** The filters left none. */
    FILTERED
  }
}
