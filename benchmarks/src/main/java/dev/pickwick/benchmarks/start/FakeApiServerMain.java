package dev.pickwick.benchmarks.start;

import java.time.Duration;

/**
 * The fake API server as a program; arguments: number of pods, their port, delay of a list in
 * milliseconds.
 */
final class FakeApiServerMain {

  static final String LISTENING = "listening on port ";

  private FakeApiServerMain() {}

  public static void main(String[] args) throws Exception {
    FakeApiServer server =
        FakeApiServer.start(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Duration.ofMillis(Long.parseLong(args[2])));
    System.out.print(LISTENING + server.port());
    System.out.flush();
    Thread.currentThread().join();
  }
}
