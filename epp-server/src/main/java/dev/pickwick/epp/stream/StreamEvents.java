package dev.pickwick.epp.stream;

import dev.pickwick.epp.body.Usage;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.Endpoint;

/**
 * What streams have to tell about themselves, to metrics and logs.
 *
 * <p>Called on event loops: implementations must neither block nor throw. Model names are empty
 * where no model is known.
 */
public interface StreamEvents {

  /** Tells nobody. */
  StreamEvents NONE = new StreamEvents() {};

  /** How a stream ended. */
  enum End {
    /** The response came to its end, or the gateway needed none and half-closed. */
    COMPLETED,
    /** The request was answered by ourselves. */
    REFUSED,
    /** The gateway gave up before the end of the response, or never asked anything. */
    ABANDONED,
    /** We had to break the call off: malformed message, reply that nobody reads, a bug. */
    BROKEN
  }

  /**
   * One whole response.
   *
   * @param model the model the client named
   * @param targetModel the model the server was asked for
   * @param status HTTP status of the model server; 0 when it was not told
   * @param responseBytes body bytes that came from the model server
   * @param durationNanos from the request's headers to the response's end; 0 when no request phase
   *     was seen
   * @param usage tokens, as the model server counted them
   */
  record Response(
      String model,
      String targetModel,
      int status,
      long responseBytes,
      long durationNanos,
      Usage usage) {}

  /** A stream was opened. */
  default void opened() {}

  /**
   * A request was sent to an endpoint.
   *
   * @param sentBytes size of the body as forwarded; 0 when there is none
   * @param nanos time from the request's headers to this decision
   */
  default void scheduled(InferenceRequest request, Endpoint endpoint, long sentBytes, long nanos) {}

  /** The whole request was passed on and runs; {@link #stoppedRunning} follows exactly once. */
  default void startedRunning(String model) {}

  /** The counterpart of {@link #startedRunning}. */
  default void stoppedRunning(String model) {}

  /** A response came to its end. */
  default void responseCompleted(Response response) {}

  /** A response held a usage that is none; it was forwarded as it is. */
  default void malformedUsage() {}

  /**
   * The request of a stream failed; at most once per stream.
   *
   * @param code as in the body of our answer, or {@code ModelServerError}
   * @param message for logs
   */
  default void failed(String model, String targetModel, String code, String message) {}

  /** The gateway sent what is no message. */
  default void malformedMessage(String problem) {}

  /** A bug showed itself; the stream was ended. */
  default void unexpected(Throwable failure) {}

  /** A stream is over; exactly once per {@link #opened}. */
  default void ended(End end) {}
}
