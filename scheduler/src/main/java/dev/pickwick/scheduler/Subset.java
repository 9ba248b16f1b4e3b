package dev.pickwick.scheduler;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.IpLiteral;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The destinations a gateway allows for one request.
 *
 * <p>An entry is {@code ip:port}, or {@code ip} for any port. An IPv6 address may stand in brackets
 * or not; without them {@code fd00::1:8000} can be read in two ways, and both count. However it is
 * spelled, it is the same address; nothing is ever looked up.
 */
final class Subset {

  /** Bare addresses, and destinations as {@link Endpoint#destination()} writes them. */
  private final Set<String> allowed;

  private Subset(Set<String> allowed) {
    this.allowed = allowed;
  }

  static Subset of(List<String> entries) {
    Set<String> allowed = HashSet.newHashSet(entries.size());
    for (String entry : entries) {
      add(entry.strip(), allowed);
    }
    return new Subset(allowed);
  }

  boolean contains(Endpoint endpoint) {
    return allowed.contains(endpoint.destination()) || allowed.contains(endpoint.spec().address());
  }

  private static void add(String entry, Set<String> allowed) {
    int lastColon = entry.lastIndexOf(':');
    if (entry.startsWith("[")) {
      int end = entry.indexOf(']');
      if (end == entry.length() - 1) {
        allowed.add(IpLiteral.canonical(entry.substring(1, end)));
      } else if (end > 0 && end + 1 == lastColon) {
        allow(entry.substring(1, end), entry.substring(lastColon), allowed);
      }
      return;
    }
    allowed.add(IpLiteral.canonical(entry));
    if (lastColon > 0) {
      allow(entry.substring(0, lastColon), entry.substring(lastColon), allowed);
    }
  }

  private static void allow(String address, String colonAndPort, Set<String> allowed) {
    String canonical = IpLiteral.canonical(address);
    allowed.add(
        canonical.indexOf(':') < 0
            ? canonical + colonAndPort
            : "[" + canonical + "]" + colonAndPort);
  }
}
