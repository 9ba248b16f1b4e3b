package dev.pickwick.epp.stream;

import dev.pickwick.epp.parser.RequestParser;
import dev.pickwick.scheduler.Scheduler;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What every stream needs from the rest of the program.
 *
 * @param endpoints the pool the scheduler picks from
 * @param parser asked once per request with a body, so that it can be exchanged while running
 * @param maxRequestBodyBytes a longer request body is refused, at least 1
 * @param nanos ticker reading in nanoseconds, the same as the scheduler's
 */
public record StreamServices(
    EndpointStore endpoints,
    Scheduler scheduler,
    Supplier<RequestParser> parser,
    BodyBudget budget,
    StreamEvents events,
    long maxRequestBodyBytes,
    LongSupplier nanos) {

  /** The default of {@code maxRequestBodyBytes}: 32 MiB. */
  public static final long DEFAULT_MAX_REQUEST_BODY_BYTES = 32L << 20;

  public StreamServices {
    if (maxRequestBodyBytes < 1 || maxRequestBodyBytes > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException(
          "maxRequestBodyBytes: "
              + maxRequestBodyBytes
              + " (expected: 1 to "
              + Integer.MAX_VALUE / 2
              + ")");
    }
  }
}
