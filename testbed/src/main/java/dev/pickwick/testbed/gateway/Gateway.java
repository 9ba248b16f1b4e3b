package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.HostPort;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpListener;
import dev.pickwick.testbed.http.HttpReader;
import dev.pickwick.testbed.http.HttpWriter;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 front that opens one ext_proc stream for every request and does what the picker says,
 * in the manner of agentgateway or of Envoy.
 */
public final class Gateway implements Closeable {

  private static final int LINGER_MILLIS = 2_000;

  private final GatewayOptions options;
  private final PickerChannels channels;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong requests = new AtomicLong();
  private final AtomicInteger active = new AtomicInteger();
  private final Map<Integer, Long> statuses = new ConcurrentHashMap<>();
  private final Map<String, Long> destinations = new ConcurrentHashMap<>();
  private volatile @Nullable HttpListener listener;

  private Gateway(GatewayOptions options) {
    this.options = options;
    this.channels = new PickerChannels(options);
  }

  /**
   * Starts a gateway; the picker need not be there yet.
   *
   * @throws IOException naming address and port when it cannot listen there
   */
  public static Gateway start(GatewayOptions options) throws IOException {
    var gateway = new Gateway(options);
    gateway.listener = HttpListener.start(options.address(), options.port(), gateway::serve);
    return gateway;
  }

  public GatewayOptions options() {
    return options;
  }

  public int port() {
    return address().getPort();
  }

  public InetSocketAddress address() {
    HttpListener started = listener;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started.address();
  }

  /** Where clients reach it, {@code http://127.0.0.1:8080}. */
  public String url() {
    return "http://" + HostPort.format(address());
  }

  public GatewayStats stats() {
    return new GatewayStats(
        requests.get(),
        active.get(),
        channels.opened(),
        channels.active(),
        channels.connections(),
        statuses,
        destinations);
  }

  /** Stops listening and breaks everything off. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    HttpListener started = listener;
    if (started != null) {
      started.close();
    }
    channels.close();
  }

  PickerChannels channels() {
    return channels;
  }

  void noteStatus(int status) {
    statuses.merge(status, 1L, Long::sum);
  }

  void noteDestination(InetSocketAddress address) {
    destinations.merge(HostPort.format(address), 1L, Long::sum);
  }

  /** Waits that long, less when the gateway is closed meanwhile. */
  void pause(Duration time) throws IOException {
    try {
      if (!time.isZero() && closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("gateway closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void serve(Socket socket) throws IOException {
    var reader = new HttpReader(socket.getInputStream());
    var writer = new HttpWriter(socket.getOutputStream());
    for (Head head = reader.readHead(); head != null; head = reader.readHead()) {
      requests.incrementAndGet();
      active.incrementAndGet();
      boolean keep;
      Exchange exchange;
      try {
        exchange = new Exchange(this, head, reader, writer);
        keep = exchange.run();
      } finally {
        active.decrementAndGet();
      }
      if (!keep) {
        finish(socket, exchange);
        return;
      }
      await(exchange);
    }
  }

  /** Closing with unread input would reset the connection before the client has read the answer. */
  private static void finish(Socket socket, Exchange exchange) throws IOException {
    if (!exchange.isClientBodyDone()) {
      socket.shutdownOutput();
      socket.setSoTimeout(LINGER_MILLIS);
      await(exchange);
    }
  }

  private static void await(Exchange exchange) throws IOException {
    try {
      exchange.awaitClientReader();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
