package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.HostPort;
import dev.pickwick.testbed.http.Fields;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Where a request goes: exactly one {@code ip:port} in one header, nothing else counts. */
final class Destination {

  static final String HEADER = "x-gateway-destination-endpoint";

  private Destination() {}

  static InetSocketAddress of(Fields fields, GatewayOptions options) throws GatewayErrorException {
    @Nullable String text = fields.first(HEADER);
    boolean validated = !options.endpoints().isEmpty();
    if (text == null) {
      if (validated && options.dialect() == Dialect.AGENTGATEWAY) {
        List<String> all = options.endpoints().stream().sorted().toList();
        return HostPort.parse(all.get(ThreadLocalRandom.current().nextInt(all.size())));
      }
      throw none(options);
    }
    InetSocketAddress address = parse(text, options);
    if (validated && !options.endpoints().contains(HostPort.format(address))) {
      throw none(options);
    }
    return address;
  }

  private static InetSocketAddress parse(String text, GatewayOptions options)
      throws GatewayErrorException {
    try {
      return HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      if (options.dialect() == Dialect.ENVOY) {
        throw none(options);
      }
      throw new GatewayErrorException(
          503, "processing failed: EPP returned invalid address: " + text);
    }
  }

  private static GatewayErrorException none(GatewayOptions options) {
    return new GatewayErrorException(
        503, options.dialect() == Dialect.ENVOY ? "no healthy upstream" : "no healthy backends");
  }
}
