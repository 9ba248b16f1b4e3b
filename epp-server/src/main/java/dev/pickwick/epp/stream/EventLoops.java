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
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2LocalFlowController;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops whose accepted connections do two things that gRPC does not.
 *
 * <p>They get a wider HTTP/2 connection window than their streams; gRPC sets one window for both.
 * The connection's bounds nothing, since its credit returns as bytes arrive, but a narrow one makes
 * the streams of a connection wait for each other.
 *
 * <p>And they reset a stream that we have ended before its peer has, once our last frame is
 * written. gRPC leaves it half open and gives no more credit for it, so that a gateway which goes
 * on sending a refused body would wait for ever.
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
                registered.channel().pipeline().addFirst(new Adjusting());
              }
            });
  }

  /** Adjusts the connection once HTTP/2 is spoken, which under TLS is after the handshake. */
  private static final class Adjusting extends ChannelInboundHandlerAdapter {

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Http2Exception {
      context.fireChannelReadComplete();
      Channel channel = context.channel();
      ChannelHandlerContext http2 = channel.pipeline().context(Http2ConnectionHandler.class);
      if (http2 != null && channel.isActive()) {
        Http2Connection connection = ((Http2ConnectionHandler) http2.handler()).connection();
        widen(connection, channel);
        resetHalfClosed(connection, http2);
        context.pipeline().remove(this);
      }
    }

    private static void widen(Http2Connection connection, Channel channel) throws Http2Exception {
      Http2LocalFlowController flow = connection.local().flowController();
      int more = CONNECTION_WINDOW - flow.initialWindowSize(connection.connectionStream());
      if (more > 0) {
        flow.incrementWindowSize(connection.connectionStream(), more);
        channel.flush();
      }
    }

    private static void resetHalfClosed(Http2Connection connection, ChannelHandlerContext http2)
        throws Http2Exception {
      Resetting resetting = new Resetting(http2);
      connection.addListener(resetting);
      connection.forEachActiveStream(
          stream -> {
            resetting.onStreamHalfClosed(stream);
            return true;
          });
    }
  }

  /** Resets streams on which only the peer may still send. */
  private static final class Resetting extends Http2ConnectionAdapter {

    private final ChannelHandlerContext context;

    Resetting(ChannelHandlerContext context) {
      this.context = context;
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
      if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
        context.executor().execute(() -> reset(stream));
      }
    }

    private void reset(Http2Stream stream) {
      if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
        ChannelFuture written =
            ((Http2ConnectionHandler) context.handler())
                .resetStream(
                    context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
        // A reset that cannot be written is that of a broken connection, which ends its streams.
        assert written != null;
        context.flush();
      }
    }
  }
}
