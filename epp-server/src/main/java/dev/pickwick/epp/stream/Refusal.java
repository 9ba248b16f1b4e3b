package dev.pickwick.epp.stream;

import dev.pickwick.proto.extproc.HeaderChanges;
import dev.pickwick.proto.extproc.Reply;
import dev.pickwick.scheduler.Decision;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes no further, as the client is told.
 *
 * @param status HTTP status
 * @param code the word for it in the body and in the error counter
 * @param message what stands behind the code
 * @param droppedReason machine-readable reason of an overload; null for other refusals
 */
record Refusal(int status, String code, String message, @Nullable String droppedReason) {

  private static final String DROPPED_REASON = "x-llm-d-request-dropped-reason";
  private static final String SATURATED = "rejected-saturated";
  private static final String NO_ENDPOINTS = "rejected-no-endpoints";
  private static final HeaderChanges PLAIN_TEXT =
      HeaderChanges.NONE.set("content-type", "text/plain");

  static Refusal badRequest(String message) {
    return new Refusal(400, "BadRequest", message, null);
  }

  static Refusal tooLarge(long maxBytes) {
    return new Refusal(413, "PayloadTooLarge", "request body exceeds " + maxBytes + " bytes", null);
  }

  static Refusal rejected(Decision.Rejected decision) {
    return switch (decision.reason()) {
      case NO_ENDPOINTS, NO_CANDIDATES ->
          new Refusal(503, "ServiceUnavailable", decision.message(), NO_ENDPOINTS);
      case FILTERED -> new Refusal(429, "ResourceExhausted", decision.message(), SATURATED);
    };
  }

  static Refusal outOfBodyMemory(BodyBudget budget) {
    return new Refusal(
        503,
        "ServiceUnavailable",
        "request body made no progress for %s while all bodies together reached their bound of %d bytes"
            .formatted(seconds(budget.patience()), budget.bound()),
        SATURATED);
  }

  static Refusal noRoom(BodyBudget budget) {
    return new Refusal(
        503,
        "ServiceUnavailable",
        "no memory left for more of this body; all bodies together may take %d bytes"
            .formatted(budget.bound()),
        SATURATED);
  }

  static Refusal internal() {
    return new Refusal(500, "Internal", "unexpected failure in the endpoint picker", null);
  }

  Reply reply() {
    HeaderChanges headers =
        droppedReason == null ? PLAIN_TEXT : PLAIN_TEXT.set(DROPPED_REASON, droppedReason);
    return Reply.immediate(status, "inference error: " + code + " - " + message, headers);
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + " s";
  }
}
