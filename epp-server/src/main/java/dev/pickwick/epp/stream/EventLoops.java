package dev.pickwick.epp.stream;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2LocalFlowController;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops whose accepted connections get a wider HTTP/2 connection window than their streams.
 *
 * <p>gRPC sets one window for both. The connection's bounds nothing, since its credit returns as
 * bytes arrive, but a narrow one makes the streams of a connection wait for each other.
 */
final class EventLoops extends MultiThreadIoEventLoopGroup {

  private static final int CONNECTION_WINDOW = 4 << 20;

  private EventLoops(int loops, String name, IoHandlerFactory handlers) {
    super(loops, new DefaultThreadFactory(name, true), handlers);
  }

  static EventLoops start(int loops, String name) {
    return new EventLoops(
        loops, name, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  static Class<? extends ServerChannel> channelType() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return super.register(channel)
        .addListener(
            (ChannelFuture registered) -> {
              if (registered.isSuccess()) {
                registered.channel().pipeline().addFirst(new Widening());
              }
            });
  }

  /** Widens the window once HTTP/2 is spoken, which under TLS is after the handshake. */
  private static final class Widening extends ChannelInboundHandlerAdapter {

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Http2Exception {
      context.fireChannelReadComplete();
      if (widen(context.channel())) {
        context.pipeline().remove(this);
      }
    }

    private static boolean widen(Channel channel) throws Http2Exception {
      Http2ConnectionHandler http2 = channel.pipeline().get(Http2ConnectionHandler.class);
      if (http2 == null || !channel.isActive()) {
        return false;
      }
      Http2LocalFlowController flow = http2.connection().local().flowController();
      Http2Stream connection = http2.connection().connectionStream();
      int more = CONNECTION_WINDOW - flow.initialWindowSize(connection);
      if (more > 0) {
        flow.incrementWindowSize(connection, more);
        channel.flush();
      }
      return true;
    }
  }
}
