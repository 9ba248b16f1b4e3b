package dev.pickwick.epp.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An API server that does as it is told: refuses a list, ends a watch, says that a version is gone.
 *
 * <p>It knows no WebSocket: watches are long answers.
 */
final class FakeApiServer implements AutoCloseable {

  static final String POOLS = "inferencepools";
  static final String PODS = "pods";

  /** A line of a watch's answer that ends the answer. */
  private static final String END = "";

  private static final String BOOKMARK =
      "{\"type\": \"BOOKMARK\", \"object\": {\"apiVersion\": \"v1\", \"kind\": \"Any\","
          + " \"metadata\": {\"resourceVersion\": \"7\"}}}\n";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Kind pools = new Kind();
  private final Kind pods = new Kind();

  /** One kind of object: what its next lists answer, and its watches. */
  static final class Kind {

    private final BlockingQueue<Integer> refusals = new LinkedBlockingQueue<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final List<BlockingQueue<String>> watches = new ArrayList<>();
    private final AtomicBoolean hanging = new AtomicBoolean();
    private volatile List<String> items = List.of();

    /** The next list is answered by this status. */
    void refuse(int status) {
      refusals.add(status);
    }

    /** What lists contain from now on, without a word to the watches. */
    void holds(String... objects) {
      items = List.of(objects);
    }

    /** Sends a line to the watch that stands. */
    synchronized void tell(String type, String object) {
      watches.getLast().add("{\"type\":\"" + type + "\",\"object\":" + object + "}\n");
    }

    /** The next watch is accepted, and nothing ever comes. */
    void hangNextWatch() {
      hanging.set(true);
    }

    synchronized void endWatch() {
      watches.getLast().add(END);
    }

    synchronized int watchesBegun() {
      return watches.size();
    }

    /** The query parts of all lists so far. */
    List<String> lists() {
      return queries.stream().filter(query -> !query.contains("watch=true")).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      if (query.contains("watch=true")) {
        watch(exchange);
        return;
      }
      queries.add(query);
      Integer refusal = refusals.poll();
      if (refusal != null) {
        send(exchange, refusal, status(refusal));
      } else {
        send(
            exchange,
            200,
            """
            {"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "7"},
             "items": [%s]}
            """
                .formatted(String.join(",", items)));
      }
    }

    private void watch(HttpExchange exchange) throws IOException {
      BlockingQueue<String> lines = new LinkedBlockingQueue<>();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        // The client holds a long answer for broken until something has come.
        if (!hanging.getAndSet(false)) {
          out.write(BOOKMARK.getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
        synchronized (this) {
          watches.add(lines);
        }
        for (String line = lines.take(); !line.equals(END); line = lines.take()) {
          out.write(line.getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  FakeApiServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/apis/inference.networking.k8s.io/v1/namespaces/inference/" + POOLS)) {
      pools.answer(exchange);
    } else if (path.equals("/api/v1/namespaces/inference/" + PODS)) {
      pods.answer(exchange);
    } else {
      send(exchange, 404, status(404));
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** The object by which an API server says what went wrong. */
  static String status(int code) {
    return """
    {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %1$d, "message": "no %1$d"}
    """
        .formatted(code)
        .strip();
  }

  static String pool(String app, int version) {
    return """
    {"apiVersion": "inference.networking.k8s.io/v1", "kind": "InferencePool",
     "metadata": {"name": "pool", "namespace": "inference", "resourceVersion": "%d"},
     "spec": {"selector": {"matchLabels": {"app": "%s"}}, "targetPorts": [{"number": 8000}]}}
    """
        .formatted(version, app)
        .replace("\n", "");
  }

  static String pod(String name, String app, int version) {
    return """
    {"apiVersion": "v1", "kind": "Pod",
     "metadata": {"name": "%s", "namespace": "inference", "resourceVersion": "%d",
                  "labels": {"app": "%s"}},
     "status": {"podIP": "10.0.0.1", "conditions": [{"type": "Ready", "status": "True"}]}}
    """
        .formatted(name, version, app)
        .replace("\n", "");
  }

  Kind pools() {
    return pools;
  }

  Kind pods() {
    return pods;
  }

  Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout(2_000)
        .withOnlyHttpWatches(true)
        .withWatchReconnectInterval(10)
        .build();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
