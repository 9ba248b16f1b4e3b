package dev.pickwick.scraper.http;

import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseDecoder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Fetches pages with Netty, on one event loop thread to which everything here belongs. */
public final class NettyScrapeClient implements ScrapeClient {
  private static final int MAX_STATUS_LINE = 4 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;
  private static final int MAX_READ = 64 * 1024;
  // A flood on one connection gives way to the others after this many reads.
  private static final int READS_PER_TURN = 4;

  private final EventLoop loop;
  private final Class<? extends Channel> channelType;
  private final @Nullable SslContext tls;
  private final int maxBytes;
  private final int connectMillis;
  private final PageBuffers buffers;

  /**
   * A client without connections.
   *
   * @param loop the thread
   * @param channelType socket channel of that loop's kind
   * @param tls how to speak to servers; null for plain HTTP
   * @param maxBytes largest body, in bytes
   * @param connectNanos longest time to connect, in nanoseconds
   */
  public NettyScrapeClient(
      EventLoop loop,
      Class<? extends Channel> channelType,
      @Nullable SslContext tls,
      int maxBytes,
      long connectNanos) {
    this.loop = loop;
    this.channelType = channelType;
    this.tls = tls;
    this.maxBytes = maxBytes;
    this.connectMillis = (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(connectNanos));
    this.buffers = new PageBuffers(Math.max(4L * maxBytes, Runtime.getRuntime().maxMemory() / 8));
  }

  @Override
  public PageConnection connection(String address, int port) {
    return new NettyPageConnection(this, address, port);
  }

  String scheme() {
    return tls == null ? "http" : "https";
  }

  int maxBytes() {
    return maxBytes;
  }

  PageBuffers buffers() {
    return buffers;
  }

  /** What connects to one server and lets the exchange hear of the answers. */
  Bootstrap bootstrap(String address, int port, NettyPageConnection connection) {
    return new Bootstrap()
        .group(loop)
        .channel(channelType)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
        .option(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(2 * 1024, 16 * 1024, MAX_READ)
                .maxMessagesPerRead(READS_PER_TURN))
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                ChannelPipeline pipeline = channel.pipeline();
                if (tls != null) {
                  pipeline.addLast(tls.newHandler(channel.alloc(), address, port));
                }
                pipeline.addLast(new WireMeter(connection));
                pipeline.addLast(new HttpResponseDecoder(MAX_STATUS_LINE, MAX_HEADERS, MAX_READ));
                pipeline.addLast(new AnswerHandler(connection));
              }
            });
  }
}
