package dev.pickwick.benchmarks.load;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * A gateway's side of a load, slice after slice over the same connections. It shares the machine
 * with what it measures, so it is made to cost little: messages are encoded beforehand, replies are
 * not decoded, and a connection stays on one event loop.
 */
public final class LoadClient implements AutoCloseable {

  private static final int WINDOW = 1 << 20;
  private static final int MOST_MESSAGE_BYTES = 8 << 20;
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final double NANOS = 1e9;

  private final LoadOptions options;
  private final Duration grace;
  private final List<EventLoopGroup> loops = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<LoadLane> lanes = new ArrayList<>();

  private LoadClient(LoadOptions options, Duration grace) throws SSLException {
    this.options = options;
    this.grace = grace;
    LoadBody body = new LoadBody(options.bodyBytes(), options.chunkBytes(), options.prefixGroups());
    // Runs follow each other, and no prompt may come again.
    AtomicLong numbers = new AtomicLong(System.nanoTime() << 16);
    int count = Math.min(options.connections(), options.concurrency());
    // Half the cores are the picker's; one thread keeps up with a picker on the other of two.
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, count);
    for (int i = 0; i < threads; i++) {
      loops.add(
          new MultiThreadIoEventLoopGroup(
              1,
              new DefaultThreadFactory("load", true),
              Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()));
    }
    for (int i = 0; i < count; i++) {
      EventLoopGroup loop = loops.get(i % loops.size());
      ManagedChannel channel = channel(options, loop);
      channels.add(channel);
      int share = options.concurrency() / count + (i < options.concurrency() % count ? 1 : 0);
      lanes.add(new LoadLane(options, body, channel, loop.next(), numbers, share));
    }
  }

  /**
   * Connects.
   *
   * @throws IOException when the target cannot be reached within 5 s
   */
  public static LoadClient connect(LoadOptions options) throws IOException, InterruptedException {
    return connect(options, GRACE);
  }

  /** As above, with the time that exchanges may take to end after a slice. */
  static LoadClient connect(LoadOptions options, Duration grace)
      throws IOException, InterruptedException {
    LoadClient client = new LoadClient(options, grace);
    try {
      for (ManagedChannel channel : client.channels) {
        awaitReady(channel, options);
      }
      return client;
    } catch (IOException | InterruptedException e) {
      client.close();
      throw e;
    }
  }

  /**
   * Runs exchanges for so long, and waits until all of them have ended; those that have not 60 s
   * later are given up and count as failed.
   */
  public LoadFigures run(Duration slice) throws InterruptedException {
    Tally tally = new Tally();
    CountDownLatch done = new CountDownLatch(lanes.size());
    long start = System.nanoTime();
    long interval = options.rate() == 0 ? 0 : Math.round(NANOS * lanes.size() / options.rate());
    for (int i = 0; i < lanes.size(); i++) {
      long firstDue = start + interval * i / lanes.size();
      lanes.get(i).run(tally, firstDue, interval, start + slice.toNanos(), done);
    }
    if (!done.await(slice.plus(grace).toNanos(), TimeUnit.NANOSECONDS)) {
      lanes.forEach(LoadLane::abandon);
      if (!done.await(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("exchanges that were cancelled did not end");
      }
    }
    return tally.figures((System.nanoTime() - start) / NANOS);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    for (EventLoopGroup loop : loops) {
      var closed = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      assert closed != null;
    }
  }

  private static ManagedChannel channel(LoadOptions options, EventLoopGroup loop)
      throws SSLException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + options.target())
            .eventLoopGroup(loop)
            .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .executor(on(loop.next()))
            .proxyDetector(_ -> null)
            .disableRetry()
            .flowControlWindow(WINDOW)
            .maxInboundMessageSize(MOST_MESSAGE_BYTES);
    if (!options.tls()) {
      return builder.usePlaintext().build();
    }
    return builder
        .sslContext(
            GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build())
        .overrideAuthority("localhost")
        .build();
  }

  /**
   * What a connection calls back comes on its event loop as it is; only what a failed one says from
   * elsewhere has to change threads.
   */
  private static Executor on(EventExecutor loop) {
    return task -> {
      if (loop.inEventLoop()) {
        task.run();
      } else {
        loop.execute(task);
      }
    };
  }

  private static void awaitReady(ManagedChannel channel, LoadOptions options)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + CONNECT.toNanos();
    ConnectivityState state = channel.getState(true);
    while (state != ConnectivityState.READY) {
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      boolean inTime = changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!inTime || state == ConnectivityState.SHUTDOWN) {
        throw new IOException(
            options.target()
                + ": cannot be reached (does a picker listen there, "
                + (options.tls() ? "with" : "without")
                + " TLS?)");
      }
      state = channel.getState(true);
    }
  }
}
