package dev.pickwick.epp.stream;

import static org.awaitility.Awaitility.await;

import dev.pickwick.epp.parser.RequestParser;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The real server on a free loopback port, before a pool of three. */
final class TestServer implements AutoCloseable {

  final Pool pool;
  final BodyBudget budget;
  final Ends ends = new Ends();
  private final ExtProcServer server;
  private final List<ManagedChannel> channels = new ArrayList<>();

  TestServer() throws IOException {
    this(256L << 20, Duration.ofSeconds(30));
  }

  TestServer(long bound, Duration keepAliveTime) throws IOException {
    this(bound, keepAliveTime, new SimpleParser());
  }

  TestServer(long bound, Duration keepAliveTime, RequestParser parser) throws IOException {
    pool = new Pool(3, System::nanoTime, parser);
    budget = new BodyBudget(bound, System::nanoTime);
    server =
        new ExtProcServer(
            new ExtProcOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create(),
                2,
                keepAliveTime,
                Duration.ofSeconds(1)),
            pool.services(budget, ends, 4_000_000),
            List.of());
    server.start();
  }

  int port() {
    return server.port();
  }

  /** One HTTP/2 connection, whose streams may each leave so many reply bytes unread. */
  ManagedChannel connect(int window) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port()))
            .usePlaintext()
            .directExecutor()
            .flowControlWindow(window)
            .build();
    channels.add(channel);
    return channel;
  }

  /** Returns when no stream is open and nothing is held, or after 10 s. */
  void awaitIdle() {
    await().atMost(Duration.ofSeconds(10)).until(() -> ends.open.get() == 0 && budget.used() == 0);
  }

  @Override
  public void close() {
    try {
      for (ManagedChannel channel : channels) {
        channel.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
      }
      server.shutdown(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stopping", e);
    }
  }

  /** Counts ends, from many threads. */
  static final class Ends implements StreamEvents {

    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger total = new AtomicInteger();
    final AtomicInteger completed = new AtomicInteger();
    final AtomicInteger unexpected = new AtomicInteger();

    @Override
    public void opened() {
      open.incrementAndGet();
      total.incrementAndGet();
    }

    @Override
    public void unexpected(Throwable failure) {
      unexpected.incrementAndGet();
    }

    @Override
    public void ended(End end) {
      open.decrementAndGet();
      if (end == End.COMPLETED) {
        completed.incrementAndGet();
      }
    }
  }
}
