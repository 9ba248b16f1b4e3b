package dev.pickwick.scraper.http;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpObject;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;

/** Hands what happens on one channel to its connection. */
final class AnswerHandler extends ChannelInboundHandlerAdapter {
  private final NettyPageConnection connection;

  AnswerHandler(NettyPageConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
        Throwable cause = part.decoderResult().cause();
        connection.failed(context.channel(), "malformed HTTP answer: " + cause.getMessage());
        return;
      }
      if (message instanceof HttpResponse head) {
        connection.head(context.channel(), head);
      }
      if (message instanceof HttpContent content) {
        connection.content(
            context.channel(), content.content(), content instanceof LastHttpContent);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    connection.closed(context.channel(), "the server closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    connection.closed(context.channel(), NettyPageConnection.words(cause));
  }
}
