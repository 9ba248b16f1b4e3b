package dev.pickwick.scraper.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;

/** Counts what a server sends, framing included, before anybody spends time on it. */
final class WireMeter extends ChannelInboundHandlerAdapter {
  private final NettyPageConnection connection;

  WireMeter(NettyPageConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes
        && !connection.received(context.channel(), bytes.readableBytes())) {
      ReferenceCountUtil.release(message);
      return;
    }
    context.fireChannelRead(message);
  }
}
