package dev.pickwick.benchmarks.pods;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program of {@link PodFarm}: number of pods and file with the page as arguments. */
final class PodFarmMain {

  static final String LISTENING = "listening on port ";

  private static final int LINE_ENDS_OF_A_REQUEST = 0x0D0A0D0A; // an empty line
  private static final int MORE_THAN_A_FARM_CONNECTS = 1024;

  private PodFarmMain() {}

  public static void main(String[] args) throws Exception {
    int pods = Integer.parseInt(args[0]);
    ByteBuf answer = answer(Files.readAllBytes(Path.of(args[1])));
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    ServerBootstrap server =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(
                io.grpc.netty.shaded.io.netty.channel.ChannelOption.SO_BACKLOG,
                MORE_THAN_A_FARM_CONNECTS)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Pod(answer));
                  }
                });
    int port = 0;
    for (int i = 0; i < pods; i++) {
      Channel listening =
          server.bind(new InetSocketAddress(PodFarm.address(i), port)).sync().channel();
      port = ((InetSocketAddress) listening.localAddress()).getPort();
    }
    System.out.print(LISTENING + port);
    System.out.flush();
    Thread.currentThread().join();
  }

  private static ByteBuf answer(byte[] page) {
    String head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"
            + "content-length: "
            + page.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuf whole = Unpooled.directBuffer(headBytes.length + page.length);
    return Unpooled.unreleasableBuffer(whole.writeBytes(headBytes).writeBytes(page));
  }

  /** One connection: for every empty line that comes the answer goes. */
  private static final class Pod extends ChannelInboundHandlerAdapter {
    private final ByteBuf answer;
    private int last;

    Pod(ByteBuf answer) {
      this.answer = answer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      while (bytes.isReadable()) {
        last = last << 8 | bytes.readUnsignedByte();
        if (last == LINE_ENDS_OF_A_REQUEST) {
          var _ = context.write(answer.duplicate());
        }
      }
      bytes.release();
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      var _ = context.close(); // the scraper has gone
    }
  }
}
