package dev.pickwick.testbed.http;

/** Where a body ends. */
public sealed interface Framing {

  /** No body. */
  record None() implements Framing {}

  /**
   * A body of known length.
   *
   * @param bytes number of bytes, above 0
   */
  record Length(long bytes) implements Framing {}

  /** A chunked body, possibly with trailers. */
  record Chunked() implements Framing {}

  /** A body that ends with the connection. */
  record UntilClose() implements Framing {}

  /** The framing that a {@code Content-Length} states. */
  static Framing ofLength(String value) throws MalformedHttpException {
    try {
      long bytes = Long.parseLong(value.strip());
      if (bytes >= 0) {
        return bytes == 0 ? new None() : new Length(bytes);
      }
    } catch (NumberFormatException e) {
      throw new MalformedHttpException(
          "content-length: \"" + value + "\" (expected: a number >= 0)", e);
    }
    throw new MalformedHttpException("content-length: " + value + " (expected: >= 0)");
  }
}
