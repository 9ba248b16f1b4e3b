package dev.pickwick.benchmarks.scrape;

import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.scraper.http.Fetch;
import dev.pickwick.scraper.http.NettyScrapeClient;
import dev.pickwick.scraper.http.PageConnection;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The yardstick: fetches the same pages from the same pods with the same HTTP client, on one thread
 * at the same pace, and throws them away.
 */
final class DiscardingScraper implements AutoCloseable {

  private static final int MAX_BYTES = 8 << 20;
  private static final long TIMEOUT_NANOS = 1_000_000_000;
  private static final int TICKS_PER_INTERVAL = 8;
  private static final long CLOSE_SECONDS = 5;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final long intervalNanos;
  private final Counts counts;
  private final List<Pod> pods = new ArrayList<>();

  /**
   * Begins at once.
   *
   * @param intervalNanos time between two fetches from one pod, in nanoseconds
   */
  DiscardingScraper(int pods, int port, long intervalNanos, Counts counts) {
    boolean epoll = Epoll.isAvailable();
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.loop = group.next();
    this.intervalNanos = intervalNanos;
    this.counts = counts;
    NettyScrapeClient client =
        new NettyScrapeClient(
            loop,
            epoll ? EpollSocketChannel.class : NioSocketChannel.class,
            /* tls= */ null,
            MAX_BYTES,
            TIMEOUT_NANOS);
    loop.execute(
        () -> {
          long start = System.nanoTime();
          for (int i = 0; i < pods; i++) {
            long phase = intervalNanos * i / pods;
            this.pods.add(new Pod(client.connection(PodFarm.address(i), port), start + phase));
          }
          tick();
        });
  }

  private void tick() {
    long now = System.nanoTime();
    for (Pod pod : pods) {
      pod.tick(now);
    }
    if (!loop.isShuttingDown()) {
      var _ = loop.schedule(this::tick, intervalNanos / TICKS_PER_INTERVAL, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close() {
    loop.execute(() -> pods.forEach(pod -> pod.connection.close()));
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Pod {
    private final PageConnection connection;
    private long due;
    private boolean inFlight;

    Pod(PageConnection connection, long due) {
      this.connection = connection;
      this.due = due;
    }

    void tick(long now) {
      if (!inFlight && now - due >= 0) {
        due += (now - due) / intervalNanos * intervalNanos + intervalNanos;
        inFlight = true;
        connection.get("/metrics", this::answered);
      }
    }

    private void answered(Fetch fetch) {
      inFlight = false;
      counts.count(fetch instanceof Fetch.Page);
    }
  }
}
