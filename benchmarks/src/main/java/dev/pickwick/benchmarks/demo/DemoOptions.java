package dev.pickwick.benchmarks.demo;

import dev.pickwick.epp.flags.GoDuration;
import dev.pickwick.testbed.Arguments;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How the demo runs.
 *
 * @param port where the gateway listens; 0: any free port
 * @param duration longest time for which either replay sends requests; empty: the whole slice
 * @param requests rows of the trace that are replayed, > 0
 * @param speed how much faster than recorded, > 0
 * @param seed decides prompts and answers; equal in both replays
 * @param json whether the result is one JSON document on standard output
 */
record DemoOptions(
    int port, Optional<Duration> duration, int requests, double speed, long seed, boolean json) {

  static final String HELP =
      """
      Usage: demo [options]

      Starts six fake model servers (one of them four times slower), the picker with its default
      profile and a gateway; replays a slice of a published trace and shows where requests go; then
      does the same with round robin, and compares. Stays up until Ctrl-C, so that you can send
      requests of your own.

        --port N        where the gateway listens on 127.0.0.1 (8080)
        --duration D    send for at most so long in each replay, as in 20s, then end
        --requests N    rows of the trace that are replayed (600)
        --speed X       how much faster than recorded (9)
        --seed N        decides prompts and answers (1)
        --json          one JSON document on standard output at the end, progress on standard error
        --help          this page

      Exit status: 0; 1 if a request failed or was not answered, or a port is taken;
      2 for wrong options.
      """;

  private static final int MOST_REQUESTS = 2000;

  /** Whether the demo ends by itself. */
  boolean ends() {
    return json || duration.isPresent();
  }

  /**
   * Reads the options.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static DemoOptions of(Arguments arguments) {
    String duration = arguments.text("duration");
    DemoOptions options =
        new DemoOptions(
            arguments.number("port", 8080),
            duration == null ? Optional.empty() : Optional.of(GoDuration.parse(duration)),
            arguments.number("requests", 600),
            arguments.fraction("speed", 9),
            arguments.number("seed", 1),
            arguments.has("json"));
    check(options.port >= 0 && options.port <= 65535, "--port", options.port, "0 to 65535");
    check(
        options.requests >= 1 && options.requests <= MOST_REQUESTS,
        "--requests",
        options.requests,
        "1 to " + MOST_REQUESTS);
    check(
        options.speed > 0 && options.speed <= 1000, "--speed", options.speed, "> 0, at most 1000");
    check(
        options.duration.map(Duration::isPositive).orElse(true),
        "--duration",
        duration + "",
        "> 0");
    return options;
  }

  static Arguments arguments(String[] line) {
    return Arguments.parse(
        line, Set.of("port", "duration", "requests", "speed", "seed"), Set.of("json", "help"));
  }

  private static void check(boolean fine, String name, Object value, String expected) {
    if (!fine) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
