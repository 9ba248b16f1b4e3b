package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/**
 * What one gateway is like.
 *
 * @param address where it listens
 * @param port 0 for any free one
 * @param picker where the picker listens
 * @param tls whether the picker speaks TLS; its certificate is not checked
 * @param endpoints the only destinations allowed, as {@code ip:port}; empty = go wherever the
 *     picker says
 * @param routeTimeout time until the response headers have passed the picker; zero = for ever
 * @param upstreamDelay time spent between the picker's answer and the request to the model server
 * @param listener is told what passes on the streams
 */
public record GatewayOptions(
    Dialect dialect,
    InetAddress address,
    int port,
    InetSocketAddress picker,
    boolean tls,
    Set<String> endpoints,
    Duration routeTimeout,
    Duration upstreamDelay,
    StreamListener listener) {

  public GatewayOptions {
    endpoints = Set.copyOf(endpoints);
  }

  /** agentgateway on a free port of 127.0.0.1, a plaintext picker, any destination, no timeout. */
  public static GatewayOptions to(InetSocketAddress picker) {
    return new GatewayOptions(
        Dialect.AGENTGATEWAY,
        InetAddress.ofLiteral("127.0.0.1"),
        0,
        picker,
        false,
        Set.of(),
        Duration.ZERO,
        Duration.ZERO,
        StreamListener.NONE);
  }

  /** As {@link #to(InetSocketAddress)}, the picker given as {@code ip:port}. */
  public static GatewayOptions to(String picker) {
    return to(HostPort.parse(picker));
  }

  public GatewayOptions dialect(Dialect newDialect) {
    return new GatewayOptions(
        newDialect, address, port, picker, tls, endpoints, routeTimeout, upstreamDelay, listener);
  }

  public GatewayOptions listenOn(InetAddress newAddress, int newPort) {
    return new GatewayOptions(
        dialect,
        newAddress,
        newPort,
        picker,
        tls,
        endpoints,
        routeTimeout,
        upstreamDelay,
        listener);
  }

  /** As {@link #listenOn(InetAddress, int)}, the address given as text. */
  public GatewayOptions listenOn(String newAddress, int newPort) {
    return listenOn(InetAddress.ofLiteral(newAddress), newPort);
  }

  public GatewayOptions tls(boolean newTls) {
    return new GatewayOptions(
        dialect, address, port, picker, newTls, endpoints, routeTimeout, upstreamDelay, listener);
  }

  public GatewayOptions endpoints(Set<String> newEndpoints) {
    return new GatewayOptions(
        dialect, address, port, picker, tls, newEndpoints, routeTimeout, upstreamDelay, listener);
  }

  public GatewayOptions routeTimeout(Duration newTimeout) {
    return new GatewayOptions(
        dialect, address, port, picker, tls, endpoints, newTimeout, upstreamDelay, listener);
  }

  public GatewayOptions upstreamDelay(Duration newDelay) {
    return new GatewayOptions(
        dialect, address, port, picker, tls, endpoints, routeTimeout, newDelay, listener);
  }

  public GatewayOptions listener(StreamListener newListener) {
    return new GatewayOptions(
        dialect, address, port, picker, tls, endpoints, routeTimeout, upstreamDelay, newListener);
  }
}
