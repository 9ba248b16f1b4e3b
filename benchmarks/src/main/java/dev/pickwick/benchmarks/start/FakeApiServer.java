package dev.pickwick.benchmarks.start;

import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpListener;
import dev.pickwick.testbed.http.HttpReader;
import dev.pickwick.testbed.http.HttpWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * As much of an API server as a picker needs: lists a pool and its pods, and takes watches of them,
 * over WebSocket or as long answers, in which nothing ever happens.
 */
final class FakeApiServer implements AutoCloseable {

  private static final String BOOKMARK =
      "{\"type\": \"BOOKMARK\", \"object\": {\"apiVersion\": \"v1\", \"kind\": \"Any\","
          + " \"metadata\": {\"resourceVersion\": \"7\"}}}\n";
  private static final String WEBSOCKET_ID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT_FRAME = 0x81;
  private static final Fields JSON = Fields.of("content-type", "application/json");

  private final HttpListener listener;
  private final byte[] pools;
  private final byte[] pods;
  private final Duration delay;

  private FakeApiServer(int pods, int podPort, Duration delay) throws IOException {
    this.pools = list(ApiObjects.pool(podPort));
    this.pods =
        list(IntStream.range(0, pods).mapToObj(ApiObjects::pod).collect(Collectors.joining(",")));
    this.delay = delay;
    this.listener = HttpListener.start(InetAddress.getLoopbackAddress(), 0, this::serve);
  }

  /**
   * Starts it.
   *
   * @param pods how many there are
   * @param podPort the pool's target port
   * @param delay how long the list of the pods takes
   */
  static FakeApiServer start(int pods, int podPort, Duration delay) throws IOException {
    return new FakeApiServer(pods, podPort, delay);
  }

  int port() {
    return listener.address().getPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private static byte[] list(String items) {
    String text =
        "{\"kind\": \"List\", \"apiVersion\": \"v1\","
            + " \"metadata\": {\"resourceVersion\": \"7\"}, \"items\": ["
            + items
            + "]}";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void serve(Socket socket) throws IOException {
    HttpReader reader = new HttpReader(socket.getInputStream());
    HttpWriter writer = new HttpWriter(socket.getOutputStream());
    for (Head head = reader.readHead(); head != null; head = reader.readHead()) {
      boolean ofPods = head.path().equals(ApiObjects.PODS_PATH);
      if (!ofPods && !head.path().equals(ApiObjects.POOLS_PATH)) {
        writer.response(
            404, JSON, "{\"kind\": \"Status\", \"code\": 404}".getBytes(StandardCharsets.UTF_8));
      } else if (head.target().contains("watch=true")) {
        watch(head, socket, writer);
        return;
      } else {
        if (ofPods) {
          pause();
        }
        writer.response(200, JSON, ofPods ? pods : pools);
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void watch(Head head, Socket socket, HttpWriter writer) throws IOException {
    @Nullable String key = head.fields().first("sec-websocket-key");
    if (key == null) {
      writer.head(HttpWriter.statusLine(200), new Fields(JSON).set("transfer-encoding", "chunked"));
      writer.chunk(BOOKMARK.getBytes(StandardCharsets.UTF_8));
    } else {
      writer.head(
          "HTTP/1.1 101 Switching Protocols",
          Fields.of(
              "upgrade",
              "websocket",
              "connection",
              "Upgrade",
              "sec-websocket-accept",
              accept(key)));
      writer.flush();
      OutputStream out = socket.getOutputStream();
      out.write(frame(BOOKMARK.getBytes(StandardCharsets.UTF_8)));
      out.flush();
    }
    // Nothing more is said, until the client goes.
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** One text message of less than 126 bytes: longer ones give their length otherwise. */
  private static byte[] frame(byte[] text) {
    return ByteBuffer.allocate(text.length + 2)
        .put((byte) TEXT_FRAME)
        .put((byte) text.length)
        .put(text)
        .array();
  }

  private static String accept(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] hash = digest.digest((key + WEBSOCKET_ID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1: missing (expected: in every JDK)", e);
    }
  }
}
