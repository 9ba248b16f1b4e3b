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
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The HTTP port with the Prometheus page at {@code /metrics}.
 *
 * <p>A peer that stalls costs a connection and a virtual thread, for ten seconds at most, and holds
 * up nobody; connections and pages being written are few, so that peers cannot take the memory.
 */
public final class MetricsServer implements AutoCloseable {
  /** Pages made and written at the same time; further requests are answered 503. */
  static final int MOST_PAGES = 8;

  private static final String MOST_CONNECTIONS = "100";
  private static final String STALL_SECONDS = "10";
  private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

  static {
    // The JDK reads these once, when the first server is made.
    setUnlessSet("sun.net.httpserver.maxReqTime", STALL_SECONDS);
    setUnlessSet("sun.net.httpserver.maxRspTime", STALL_SECONDS);
    setUnlessSet("jdk.httpserver.maxConnections", MOST_CONNECTIONS);
  }

  private final HttpServer server;
  private final ExecutorService workers;
  private final Semaphore pages = new Semaphore(MOST_PAGES);

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
    workers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("metrics-page-", 0).factory());
    server.setExecutor(workers);
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
    workers.shutdownNow();
  }

  private void metrics(HttpExchange exchange, Supplier<String> page) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/metrics")) {
      answer(exchange, 404, "text/plain", "404 page not found\n");
    } else if (!pages.tryAcquire()) {
      answer(exchange, 503, "text/plain", "too many scrapes at once\n");
    } else {
      try {
        answer(exchange, 200, TEXT_FORMAT, page.get());
      } finally {
        pages.release();
      }
    }
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
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
