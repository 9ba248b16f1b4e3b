package dev.pickwick.benchmarks.floor;

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
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops whose connections get the picker's connection window, said again here. */
final class WideLoops extends MultiThreadIoEventLoopGroup {

  private static final int CONNECTION_WINDOW = 4 << 20;

  private WideLoops(int loops, IoHandlerFactory handlers) {
    super(loops, new DefaultThreadFactory("floor", true), handlers);
  }

  static WideLoops start(int loops) {
    return new WideLoops(
        loops, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  static Class<? extends ServerChannel> channelType() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return super.register(channel)
        .addListener((ChannelFuture done) -> done.channel().pipeline().addFirst(new Widen()));
  }

  /** Once HTTP/2 is spoken, which under TLS is after the handshake. */
  private static final class Widen extends ChannelInboundHandlerAdapter {

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Http2Exception {
      context.fireChannelReadComplete();
      Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
      if (http2 != null && context.channel().isActive()) {
        Http2LocalFlowController flow = http2.connection().local().flowController();
        var connection = http2.connection().connectionStream();
        flow.incrementWindowSize(connection, CONNECTION_WINDOW - flow.windowSize(connection));
        context.channel().flush();
        context.pipeline().remove(this);
      }
    }
  }
}
