package dev.pickwick.testbed;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as one writes them: {@code 127.0.0.1:8080}, {@code [::1]:8080}. */
public final class HostPort {

  private HostPort() {}

  /**
   * Reads an IP address and a port; names are not looked up.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (host.contains(":") == bracketed
          && !host.isEmpty()
          && port >= 0
          && port <= 65535
          && text.chars().noneMatch(c -> c <= ' ' || c == '+')) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(message(text), e);
    }
    throw new IllegalArgumentException(message(text));
  }

  /** The address in the form that {@link #parse} reads. */
  public static String format(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? '[' + host + ']' : host) + ':' + address.getPort();
  }

  private static String message(String text) {
    return "address: \"" + text + "\" (expected: ip:port)";
  }
}
