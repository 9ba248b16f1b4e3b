package dev.pickwick.scheduler.endpoint;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * The one spelling of an IP address, so that addresses can be compared as text.
 *
 * <p>An IPv6 address has many: {@code FD00::1}, {@code fd00:0:0:0:0:0:0:1} and {@code fd00::0001}
 * are all {@code fd00::1}. The one is that of RFC 5952: lower case, no leading zeros, and {@code
 * ::} for the first of the longest runs of two or more zero groups. An IPv4 address written as
 * IPv6, {@code ::ffff:10.0.0.1}, is the IPv4 address.
 */
public final class IpLiteral {

  private static final int GROUPS = 8;

  private IpLiteral() {}

  /**
   * The one spelling of an address without brackets. What is no IPv6 address, or has a zone, stays
   * as it is; nothing is ever looked up.
   */
  public static String canonical(String text) {
    int colon = text.indexOf(':');
    // Two colons at least make an IPv6 address; one stands before a port.
    if (colon < 0 || text.indexOf(':', colon + 1) < 0 || text.indexOf('%') >= 0) {
      return text;
    }
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return text;
    }
    return address instanceof Inet4Address
        ? address.getHostAddress()
        : written(address.getAddress());
  }

  private static String written(byte[] bytes) {
    int zerosFrom = 0;
    int zeros = 1;
    for (int from = 0; from < GROUPS; from++) {
      int end = from;
      while (end < GROUPS && group(bytes, end) == 0) {
        end++;
      }
      if (end - from > zeros) {
        zerosFrom = from;
        zeros = end - from;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (zeros > 1 && i == zerosFrom) {
        text.append("::");
        i += zeros - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(bytes, i)));
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return ((bytes[2 * index] & 0xff) << 8) | (bytes[2 * index + 1] & 0xff);
  }
}
