package dev.pickwick.epp.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The HTTP port with the Prometheus page at {@code /metrics}. */
public final class MetricsServer implements AutoCloseable {
  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService worker;

  /**
   * Starts to listen.
   *
   * @param port 0: any free one
   * @param everywhere true: on every address; false: on loopback only
   * @param page makes the page anew for each request
   * @throws IOException when the port cannot be had; the message names it
   */
  public MetricsServer(int port, boolean everywhere, Supplier<String> page) throws IOException {
    InetSocketAddress address =
        everywhere
            ? new InetSocketAddress(port)
            : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("metrics-port " + port + ": " + e.getMessage(), e);
    }
    worker =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("metrics-page").factory());
    server.setExecutor(worker);
    server.createContext(
        "/", exchange -> answer(exchange, 404, "text/plain", "404 page not found\n"));
    server.createContext("/metrics", exchange -> metrics(exchange, page));
    server.start();
  }

  /** The port in use. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    worker.shutdownNow();
  }

  private static void metrics(HttpExchange exchange, Supplier<String> page) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/metrics")) {
      answer(exchange, 404, "text/plain", "404 page not found\n");
    } else {
      answer(exchange, 200, TEXT_FORMAT, page.get());
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      if (!head) {
        out.write(body);
      }
    }
  }
}
