package dev.pickwick.testbed.server;

import java.time.Duration;

/**
 * How long a simulated engine computes.
 *
 * <p>First token: {@code timeToFirstToken} if above zero, else {@code prefillOverhead} + (prompt
 * tokens − cached tokens) × {@code prefillPerToken}. Every delay is multiplied by {@code 1 +
 * (loadFactor − 1) · (R − 1)/(N − 1)}, R requests running in N slots. With a load factor of 2 and
 * five slots, 10 ms between tokens become 10, 15 and 20 ms at one, three and five running requests.
 *
 * @param timeToFirstToken fixed delay before the first token; zero = computed from the prompt
 * @param prefillOverhead fixed share of a computed prefill
 * @param prefillPerToken time per prompt token that is not in the cache
 * @param interToken time between two output tokens
 * @param loadFactor slowdown when all slots run, at least 1
 * @param spread standard deviation of every delay as a share of its mean, in [0, 0.3]; samples are
 *     held within 0.3 and 1.7 times the mean
 */
public record Latency(
    Duration timeToFirstToken,
    Duration prefillOverhead,
    Duration prefillPerToken,
    Duration interToken,
    double loadFactor,
    double spread) {

  /** Answers at once, as an unconfigured simulator does. */
  public static final Latency NONE =
      new Latency(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1, 0);

  /** Numbers of a middling accelerator: 20 ms + 0.1 ms a token, then 10 ms a token. */
  public static final Latency TYPICAL =
      new Latency(
          Duration.ZERO,
          Duration.ofMillis(20),
          Duration.ofNanos(100_000),
          Duration.ofMillis(10),
          1.5,
          0);

  public Latency {
    if (!(loadFactor >= 1)) {
      throw new IllegalArgumentException("loadFactor: " + loadFactor + " (expected: >= 1)");
    }
    if (!(spread >= 0 && spread <= 0.3)) {
      throw new IllegalArgumentException("spread: " + spread + " (expected: in [0, 0.3])");
    }
  }

  /** A fixed time to the first token and a fixed time between tokens. */
  public static Latency fixed(Duration timeToFirstToken, Duration interToken) {
    return new Latency(timeToFirstToken, Duration.ZERO, Duration.ZERO, interToken, 1, 0);
  }

  double underLoad(int running, int slots) {
    return slots < 2 ? 1 : 1 + (loadFactor - 1) * (running - 1) / (slots - 1);
  }

  double firstTokenNanos(int promptTokens, int cachedTokens) {
    if (timeToFirstToken.isPositive()) {
      return timeToFirstToken.toNanos();
    }
    return prefillOverhead.toNanos()
        + (double) Math.max(0, promptTokens - cachedTokens) * prefillPerToken.toNanos();
  }
}
