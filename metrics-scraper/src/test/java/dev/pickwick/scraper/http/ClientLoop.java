package dev.pickwick.scraper.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client with its thread, for tests that wait for outcomes; every buffer is watched. */
final class ClientLoop implements AutoCloseable {
  private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + " " + records));
  }

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final NettyScrapeClient client;

  ClientLoop(int maxBytes, @Nullable SslContext tls) {
    client = new NettyScrapeClient(loop, NioSocketChannel.class, tls, maxBytes, 5_000_000_000L);
  }

  NettyScrapeClient client() {
    return client;
  }

  PageConnection connection(FakeServer server) {
    return client.connection("127.0.0.1", server.port());
  }

  /** Asks and waits for what comes, as text: the page itself or the outcome. */
  String get(PageConnection connection) {
    return begin(connection).orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Asks. */
  CompletableFuture<String> begin(PageConnection connection) {
    var outcome = new CompletableFuture<String>();
    loop.execute(() -> connection.get("/metrics", fetch -> outcome.complete(text(fetch))));
    return outcome;
  }

  /** Does something on the client's thread and waits for it. */
  void run(Runnable action) {
    var _ = loop.submit(action).syncUninterruptibly();
  }

  /** Bytes lent to bodies now. */
  long lentBytes() {
    return loop.submit(() -> client.buffers().lent()).syncUninterruptibly().getNow();
  }

  @Override
  public void close() {
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Leaks found so far in this process, after looking hard. */
  static List<String> leaks() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      for (int k = 0; k < 200; k++) {
        PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
      }
    }
    return LEAKS;
  }

  private static String text(Fetch fetch) {
    return switch (fetch) {
      case Fetch.Page page -> new String(page.bytes(), 0, page.length(), ISO_8859_1);
      case Fetch.Redirect redirect -> "redirect " + redirect.target();
      case Fetch.Failed failed ->
          failed.stage().name().toLowerCase(Locale.ROOT) + " " + failed.why();
    };
  }
}
