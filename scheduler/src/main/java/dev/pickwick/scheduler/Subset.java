package dev.pickwick.scheduler;

import dev.pickwick.scheduler.endpoint.Endpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The destinations a gateway allows for one request.
 *
 * <p>An entry is {@code ip:port}, or {@code ip} for any port. An IPv6 address may stand in brackets
 * or not; without them {@code fd00::1:8000} can be read in two ways, and both count.
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
      add(entry.strip().toLowerCase(Locale.ROOT), allowed);
    }
    return new Subset(allowed);
  }

  boolean contains(Endpoint endpoint) {
    return allowed.contains(endpoint.destination()) || allowed.contains(endpoint.spec().address());
  }

  private static void add(String entry, Set<String> allowed) {
    if (entry.startsWith("[") && entry.endsWith("]")) {
      allowed.add(entry.substring(1, entry.length() - 1));
      return;
    }
    allowed.add(entry);
    int lastColon = entry.lastIndexOf(':');
    boolean bareIpv6 = lastColon != entry.indexOf(':') && !entry.startsWith("[");
    if (bareIpv6) {
      String address = entry.substring(0, lastColon);
      allowed.add("[" + address + "]" + entry.substring(lastColon));
    }
  }
}
