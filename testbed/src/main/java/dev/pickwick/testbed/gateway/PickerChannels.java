package dev.pickwick.testbed.gateway;

import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/** The connections to the picker: each carries up to a hundred streams, then another is opened. */
final class PickerChannels {

  private static final int STREAMS_PER_CONNECTION = 100;

  private static final class Connection {
    final ManagedChannel channel;
    int streams;

    Connection(ManagedChannel channel) {
      this.channel = channel;
    }
  }

  private final GatewayOptions options;
  private final List<Connection> connections = new ArrayList<>();
  private final AtomicLong opened = new AtomicLong();
  private int active;

  PickerChannels(GatewayOptions options) {
    this.options = options;
  }

  PickerStream open() throws SSLException {
    Connection connection = lease();
    return PickerStream.open(
        ExternalProcessorGrpc.newStub(connection.channel),
        opened.incrementAndGet(),
        options.listener(),
        () -> giveBack(connection));
  }

  long opened() {
    return opened.get();
  }

  synchronized int active() {
    return active;
  }

  synchronized int connections() {
    return connections.size();
  }

  synchronized void close() {
    connections.forEach(connection -> connection.channel.shutdownNow());
  }

  private synchronized Connection lease() throws SSLException {
    active++;
    connections.removeIf(PickerChannels::isBroken);
    for (Connection connection : connections) {
      if (connection.streams < STREAMS_PER_CONNECTION) {
        connection.streams++;
        return connection;
      }
    }
    var connection = new Connection(channel());
    connection.streams = 1;
    connections.add(connection);
    return connection;
  }

  /** gRPC would fail calls at once for up to two minutes; the gateways try again each time. */
  private static boolean isBroken(Connection connection) {
    boolean broken = connection.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE;
    if (broken) {
      connection.channel.shutdown();
    }
    return broken;
  }

  private synchronized void giveBack(Connection connection) {
    active--;
    connection.streams--;
  }

  private ManagedChannel channel() throws SSLException {
    var builder = NettyChannelBuilder.forAddress(options.picker()).directExecutor();
    if (options.dialect() == Dialect.ENVOY) {
      builder.maxInboundMessageSize(Integer.MAX_VALUE);
    }
    if (options.tls()) {
      builder.sslContext(
          GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build());
      builder.overrideAuthority("picker.local");
    } else {
      builder.usePlaintext();
    }
    return builder.build();
  }
}
