package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.Arguments;
import dev.pickwick.testbed.HostPort;
import dev.pickwick.testbed.server.Durations;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;

/** The gateway as a program of its own. */
public final class GatewayMain {

  private static final String HELP =
      """
      Usage: gateway [options]

      Runs a small gateway that asks an ext_proc picker about every request, until Ctrl-C.

        --listen IP:PORT         where clients come (127.0.0.1:8080)
        --picker IP:PORT         where the picker listens (127.0.0.1:9002)
        --plaintext              no TLS to the picker; otherwise TLS, certificate not checked
        --dialect NAME           agentgateway or envoy (agentgateway)
        --endpoint IP:PORT       an allowed destination; may be repeated; none = all are allowed
        --route-timeout D        until the response headers have passed the picker (none)
        --upstream-delay D       before the request goes to the model server (0)
        --print                  print every message as it passes
      """;

  private GatewayMain() {}

  public static void main(String[] line) throws InterruptedException {
    System.exit(run(line));
  }

  private static int run(String[] line) throws InterruptedException {
    try {
      var arguments =
          Arguments.parse(
              line,
              Set.of("listen", "picker", "dialect", "endpoint", "route-timeout", "upstream-delay"),
              Set.of("plaintext", "print", "help"));
      if (arguments.has("help")) {
        System.out.print(HELP);
        return 0;
      }
      Gateway gateway = Gateway.start(options(arguments));
      System.out.println("gateway on " + gateway.url());
    } catch (IllegalArgumentException e) {
      System.err.println("gateway: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("gateway: " + e.getMessage());
      return 1;
    }
    Thread.currentThread().join();
    return 0;
  }

  private static GatewayOptions options(Arguments arguments) {
    InetSocketAddress listen = HostPort.parse(arguments.text("listen", "127.0.0.1:8080"));
    return GatewayOptions.to(arguments.text("picker", "127.0.0.1:9002"))
        .listenOn(listen.getAddress(), listen.getPort())
        .tls(!arguments.has("plaintext"))
        .dialect(Dialect.named(arguments.text("dialect", "agentgateway")))
        .endpoints(Set.copyOf(arguments.all("endpoint")))
        .routeTimeout(Durations.parse(arguments.text("route-timeout", "0")))
        .upstreamDelay(Durations.parse(arguments.text("upstream-delay", "0")))
        .listener(arguments.has("print") ? GatewayMain::print : StreamListener.NONE);
  }

  private static void print(long stream, StreamEvent event) {
    System.out.printf(
        "stream %d +%d us %s %s%s%n",
        stream,
        event.atNanos() / 1000,
        event.kind(),
        event.message() == null ? "" : event.message(),
        event.note());
  }
}
