package dev.pickwick.benchmarks.floor;

import dev.pickwick.epp.serving.ServerCertificate;
import dev.pickwick.testbed.Arguments;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** {@code bench floor}: a floor as a program of its own. */
public final class FloorMain {

  private static final String HELP =
      """
      Usage: bench floor noop|echo [options]

      A picker that does next to nothing on the real transport, for comparing with. noop: constant
      replies, bodies are neither looked at nor given back. echo: bodies are held and given back.

        --port N   where it listens on 127.0.0.1 (9002); 0: any free port
        --tls      TLS with a self-signed certificate
        --help     this page
      """;

  private static final int PORT = 9002;
  private static final int MOST_PORT = 65_535;
  private static final int USAGE = 2;

  private FloorMain() {}

  /** Runs until the process is ended. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args, System.out, System.err));
  }

  /** Runs until interrupted; returns the exit status when it cannot. */
  public static int run(String[] line, PrintStream out, PrintStream err)
      throws InterruptedException {
    FloorKind kind;
    int port;
    boolean tls;
    try {
      if (line.length > 0 && line[0].equals("--help")) {
        out.print(HELP);
        return 0;
      }
      kind = kind(line);
      Arguments arguments =
          Arguments.parse(
              Arrays.copyOfRange(line, 1, line.length), Set.of("port"), Set.of("tls", "help"));
      if (arguments.has("help")) {
        out.print(HELP);
        return 0;
      }
      port = arguments.number("port", PORT);
      if (port < 0 || port > MOST_PORT) {
        throw new IllegalArgumentException("--port: " + port + " (expected: 0 to 65535)");
      }
      tls = arguments.has("tls");
    } catch (IllegalArgumentException e) {
      err.println("bench floor: " + e.getMessage());
      err.print(HELP);
      return USAGE;
    }
    ServerCredentials credentials =
        tls ? ServerCertificate.selfSigned(Instant.now()) : InsecureServerCredentials.create();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (Floor floor = Floor.start(kind, address, credentials)) {
      out.println("listening on 127.0.0.1:" + floor.port());
      floor.awaitEnd();
      return 0;
    } catch (IOException e) {
      err.println("bench floor: port " + port + ": " + e.getMessage());
      return 1;
    }
  }

  private static FloorKind kind(String[] line) {
    String wanted = line.length == 0 ? "nothing" : line[0];
    for (FloorKind kind : FloorKind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(wanted)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(wanted + " (expected: noop or echo)");
  }
}
