package dev.pickwick.epp.body;

/** Takes bytes in their order. */
@FunctionalInterface
interface ByteFeed {

  /** Takes {@code len} bytes from {@code off}, which may change after the call. */
  void feed(byte[] b, int off, int len);
}
