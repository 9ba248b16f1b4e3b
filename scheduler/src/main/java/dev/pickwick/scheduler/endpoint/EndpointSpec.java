package dev.pickwick.scheduler.endpoint;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What whoever knows the pool says about one endpoint.
 *
 * @param id its name
 * @param pod the pod that serves it, as reported to clients
 * @param address an IP literal without brackets, kept in its {@link IpLiteral} spelling
 * @param port where requests go, in [1, 65535]
 * @param metricsPort where its metrics are read, in [1, 65535]
 * @param labels the pod's labels
 */
public record EndpointSpec(
    EndpointId id,
    String pod,
    String address,
    int port,
    int metricsPort,
    Map<String, String> labels) {

  public EndpointSpec {
    requireNonNull(id, "id");
    requireNonNull(pod, "pod");
    if (address.isBlank() || address.startsWith("[")) {
      throw new IllegalArgumentException(
          "address: '" + address + "' (expected: an IP address without brackets)");
    }
    address = IpLiteral.canonical(address);
    checkPort("port", port);
    checkPort("metricsPort", metricsPort);
    labels = Map.copyOf(labels);
  }

  /** Where requests go, as {@code ip:port}; an IPv6 address stands in brackets. */
  public String destination() {
    return address.indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
  }

  private static void checkPort(String name, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(name + ": " + port + " (expected: 1 to 65535)");
    }
  }
}
