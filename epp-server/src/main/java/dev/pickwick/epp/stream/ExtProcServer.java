package dev.pickwick.epp.stream;

import dev.pickwick.proto.extproc.ExternalProcessor;
import dev.pickwick.proto.extproc.GatewayMessage;
import dev.pickwick.proto.extproc.Reply;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The gRPC server that gateways call: one {@link RequestStream} per call, on its event loop. */
public final class ExtProcServer {

  /** What one stream may send without being asked, in bytes. */
  private static final int STREAM_WINDOW = 256 << 10;

  private static final int SMALLEST_WINDOW = 64 << 10;

  /**
   * Most bytes read from a connection at a time. Streams share such a buffer, and the last of them
   * that still has a frame in it keeps all of it: with the usual 64 KiB, in which four frames find
   * room, up to four times what is counted.
   */
  private static final int RECEIVE_BUFFER = 32 << 10;

  /** Times a connection is read before the others have their turn; what Netty does by itself. */
  private static final int READS_AT_ONCE = 16;

  /**
   * So many stalled streams must be able to fill their windows within a quarter of direct memory.
   * An eighth is for {@linkplain MemoryLimit#arrivingBytes() messages that arrive}; the rest is
   * what buffers hold beside the bytes that keep them.
   */
  private static final int STALLED_STREAMS = 256;

  /**
   * Beyond the largest body: metadata, headers, and what tells an overlong body from a long one.
   */
  private static final int MESSAGE_HEADROOM = 8 << 20;

  private static final long PERMITTED_PING_SECONDS = 5;

  /**
   * They warn with a stack trace of every stream that a gateway cancels while a reply is under way,
   * which is how Envoy ends most of them, and of every message that is too long. Referred to so
   * that their level is not forgotten.
   */
  private static final List<Logger> TRANSPORT_LOGS =
      List.of(
          Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler"),
          Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerStream"));

  private final StreamServices services;
  private final EventLoops acceptor;
  private final EventLoops workers;
  private final List<LoopState> loops = new ArrayList<>();
  private final Server server;

  /**
   * A server that is not listening yet.
   *
   * @param extraServices served on the same port, such as health
   */
  public ExtProcServer(
      ExtProcOptions options, StreamServices services, List<BindableService> extraServices) {
    this.services = services;
    TRANSPORT_LOGS.forEach(log -> log.setLevel(Level.SEVERE));
    int window = streamWindow();
    acceptor = EventLoops.start(1, "extproc-accept");
    workers = EventLoops.start(options.loops(), "extproc");
    for (EventExecutor executor : workers) {
      Loop loop = new NettyLoop(executor);
      loops.add(
          new LoopState(
              loop, services.scheduler().newPass(), services.budget().lane(loop, window)));
    }
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(options.address(), options.credentials())
            .bossEventLoopGroup(acceptor)
            .workerEventLoopGroup(workers)
            .channelType(EventLoops.channelType())
            .directExecutor()
            .withChildOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(64, 2048, RECEIVE_BUFFER)
                    .maxMessagesPerRead(READS_AT_ONCE))
            .flowControlWindow(window)
            .maxInboundMessageSize((int) services.maxRequestBodyBytes() + MESSAGE_HEADROOM)
            .maxInboundMetadataSize(64 << 10)
            .keepAliveTime(options.keepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(options.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(PERMITTED_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addStreamTracerFactory(MessageTracer.factory(services.budget()))
            .addService(service());
    extraServices.forEach(builder::addService);
    server = builder.build();
  }

  /**
   * Listens from now on.
   *
   * @throws IOException when the address cannot be bound
   */
  public void start() throws IOException {
    server.start();
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /**
   * Takes no new calls, gives those that run so much time, then ends them.
   *
   * @throws InterruptedException when interrupted while waiting; what runs is ended all the same
   */
  public void shutdown(Duration grace) throws InterruptedException {
    server.shutdown();
    try {
      server.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      server.shutdownNow();
      server.awaitTermination(1, TimeUnit.SECONDS);
      workers.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
      acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
    }
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(
            ServiceDescriptor.newBuilder(ExternalProcessor.SERVICE)
                .addMethod(ExternalProcessor.PROCESS)
                .build())
        .addMethod(ExternalProcessor.PROCESS, this::open)
        .build();
  }

  private ServerCall.Listener<GatewayMessage> open(
      ServerCall<GatewayMessage, Reply> call, Metadata headers) {
    RequestStream stream = new RequestStream(call, services, here());
    MessageTracer.attach(stream);
    stream.start();
    return stream;
  }

  private LoopState here() {
    for (LoopState state : loops) {
      if (state.isCurrent()) {
        return state;
      }
    }
    throw new IllegalStateException(
        "thread: "
            + Thread.currentThread().getName()
            + " (expected: an event loop of this server)");
  }

  /** Unread windows lie in direct memory, and hitting its limit breaks connections. */
  private static int streamWindow() {
    long share = PlatformDependent.maxDirectMemory() / (4L * STALLED_STREAMS);
    return Math.clamp(share, SMALLEST_WINDOW, STREAM_WINDOW);
  }

  private record NettyLoop(EventExecutor executor) implements Loop {

    @Override
    public void execute(Runnable task) {
      executor.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
      var scheduled = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      assert scheduled != null;
    }

    @Override
    public boolean isCurrent() {
      return executor.inEventLoop();
    }
  }
}
