package dev.pickwick.epp.body;

/** Takes the bytes of a body in their order. */
@FunctionalInterface
public interface SliceSink {

  /** Takes {@code len} bytes from {@code off}; the array is not written to afterwards. */
  void slice(byte[] bytes, int off, int len);
}
