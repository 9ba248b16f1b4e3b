package dev.pickwick.scraper;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointListener;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.endpoint.EndpointSubscription;
import dev.pickwick.scraper.http.NettyScrapeClient;
import dev.pickwick.scraper.http.Tls;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps the metrics of every endpoint of a store fresh, on one thread of its own. */
public final class Scraper implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Scraper.class.getName());
  private static final long CLOSE_SECONDS = 5;
  private static final long AFTER_FAULT_NANOS = 25_000_000;

  private final EndpointStore store;
  private final EventLoopGroup group;
  private final EventLoop thread;
  private final ScrapeLoop loop;
  private @Nullable EndpointSubscription subscription;
  private boolean faulty;

  /**
   * A scraper at rest.
   *
   * @param store whose endpoints are scraped
   * @param nanos the ticker the store uses, in nanoseconds
   * @param events hears how it goes
   */
  public Scraper(
      ScraperOptions options, EndpointStore store, LongSupplier nanos, ScrapeEvents events) {
    this(
        options,
        store,
        nanos,
        events,
        options.scheme().equals("https") ? Tls.client(options.insecureSkipVerify()) : null,
        InstantSource.system());
  }

  Scraper(
      ScraperOptions options,
      EndpointStore store,
      LongSupplier nanos,
      ScrapeEvents events,
      @Nullable SslContext tls,
      InstantSource wallClock) {
    boolean epoll = Epoll.isAvailable();
    this.store = store;
    this.group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("pickwick-scraper", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.thread = group.next();
    var client =
        new NettyScrapeClient(
            thread,
            epoll ? EpollSocketChannel.class : NioSocketChannel.class,
            tls,
            options.maxBytes(),
            options.timeout().toNanos());
    this.loop = new ScrapeLoop(options, client, nanos, wallClock, events);
  }

  /** Begins with the endpoints the store has now. To be called once. */
  public void start() {
    thread.execute(this::tick);
    subscription =
        store.onChange(
            new EndpointListener() {
              @Override
              public void added(Endpoint endpoint) {
                thread.execute(() -> loop.add(endpoint));
              }

              @Override
              public void removed(Endpoint endpoint) {
                thread.execute(() -> loop.remove(endpoint));
              }
            });
  }

  /** Ends all scrapes and the thread; returns when they have ended, after 5 seconds at most. */
  @Override
  public void close() {
    EndpointSubscription open = subscription;
    if (open != null) {
      open.close();
      subscription = null;
    }
    if (!group.isShuttingDown()) {
      thread.execute(loop::clear);
    }
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** A fault must end one tick at most, never the ticking. */
  private void tick() {
    long delay = AFTER_FAULT_NANOS;
    try {
      delay = loop.tick();
    } catch (RuntimeException e) {
      if (!faulty) {
        faulty = true;
        LOG.log(Level.ERROR, "a fault in the scraper, which goes on; told once", e);
      }
    } finally {
      if (!thread.isShuttingDown()) {
        var _ = thread.schedule(this::tick, delay, TimeUnit.NANOSECONDS);
      }
    }
  }
}
