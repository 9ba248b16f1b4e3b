package dev.pickwick.benchmarks.floor;

import dev.pickwick.benchmarks.wire.RawMethod;
import dev.pickwick.benchmarks.wire.Replies;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A picker that always names the same endpoint. Its transport is set up as the picker's is, but
 * shares no code with it: loops as many as cores, all work on them, the same windows and pings. It
 * keeps the transport's own receive buffers, which the picker makes smaller for its memory's sake.
 */
public final class Floor implements AutoCloseable {

  /** Where every request is sent. */
  public static final String DESTINATION = "127.0.0.1:8000";

  private static final int STREAM_WINDOW = 256 << 10;
  private static final int MOST_MESSAGE_BYTES = 40 << 20;
  private static final int PING_SECONDS = 30;
  private static final int PING_TIMEOUT_SECONDS = 10;
  private static final int PERMITTED_PING_SECONDS = 5;

  private final WideLoops acceptor = WideLoops.start(1);
  private final WideLoops workers = WideLoops.start(Runtime.getRuntime().availableProcessors());
  private final Server server;

  private Floor(
      FloorKind kind,
      InetSocketAddress address,
      ServerCredentials credentials,
      Supplier<byte[]> reply) {
    server =
        NettyServerBuilder.forAddress(address, credentials)
            .bossEventLoopGroup(acceptor)
            .workerEventLoopGroup(workers)
            .channelType(WideLoops.channelType())
            .directExecutor()
            .flowControlWindow(STREAM_WINDOW)
            .maxInboundMessageSize(MOST_MESSAGE_BYTES)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(PERMITTED_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(service(kind, reply))
            .build();
  }

  /**
   * Starts one.
   *
   * @throws IOException when the address cannot be bound
   */
  public static Floor start(
      FloorKind kind, InetSocketAddress address, ServerCredentials credentials) throws IOException {
    byte[] reply = Replies.destination(DESTINATION);
    return start(kind, address, credentials, () -> reply);
  }

  /**
   * As above, with another answer to the request headers.
   *
   * @param reply asked on the event loop when a request body has ended
   */
  static Floor start(
      FloorKind kind,
      InetSocketAddress address,
      ServerCredentials credentials,
      Supplier<byte[]> reply)
      throws IOException {
    Floor floor = new Floor(kind, address, credentials, reply);
    try {
      floor.server.start();
    } catch (IOException e) {
      floor.close();
      throw e;
    }
    return floor;
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Waits until it is closed. */
  public void awaitEnd() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() {
    server.shutdownNow();
    var _ = workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    var _ = acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static ServerServiceDefinition service(FloorKind kind, Supplier<byte[]> reply) {
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(RawMethod.SERVICE).addMethod(RawMethod.PROCESS).build())
        .addMethod(
            RawMethod.PROCESS,
            (ServerCall<byte[], byte[]> call, Metadata headers) -> {
              FloorStream stream = new FloorStream(call, kind, reply);
              stream.start();
              return stream;
            })
        .build();
  }
}
