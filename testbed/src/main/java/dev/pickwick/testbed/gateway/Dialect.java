package dev.pickwick.testbed.gateway;

import java.util.Locale;

/** The gateways whose conversation can be spoken. */
public enum Dialect {
  /** agentgateway 1.2.1: never cancels, always ends bodies by an empty message. */
  AGENTGATEWAY,
  /**
   * Envoy 1.40, both bodies FULL_DUPLEX_STREAMED: cancels what is finished, trailers end bodies.
   */
  ENVOY;

  /** The dialect of that name, as written on the command line. */
  public static Dialect named(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "dialect: \"" + name + "\" (expected: agentgateway or envoy)", e);
    }
  }
}
