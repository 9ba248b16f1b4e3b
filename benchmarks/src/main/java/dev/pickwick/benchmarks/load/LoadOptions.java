package dev.pickwick.benchmarks.load;

/**
 * What a load is made of.
 *
 * @param target {@code host:port} of the picker
 * @param tls whether TLS is spoken; the certificate is not verified, as gateways do it
 * @param connections HTTP/2 connections the exchanges are dealt out to, at least 1
 * @param concurrency exchanges at once at most, at least 1
 * @param rate exchanges that fall due each second; 0: the next begins when one ends
 * @param bodyBytes size of a request body, at least {@link LoadBody#LEAST_BYTES}
 * @param chunkBytes most of it in one message, at least 1
 * @param responseChunks events in a response, at least 0
 * @param prefixGroups groups whose prompts differ at the end only; 0: no two prompts begin alike
 * @param givenBack whether bodies must come back as they were sent; false for a floor that gives
 *     nothing back
 */
public record LoadOptions(
    String target,
    boolean tls,
    int connections,
    int concurrency,
    double rate,
    int bodyBytes,
    int chunkBytes,
    int responseChunks,
    int prefixGroups,
    boolean givenBack) {

  /** What a gateway's chunks are about. */
  static final int USUAL_CHUNK_BYTES = 16 << 10;

  public LoadOptions {
    atLeast("connections", connections, 1);
    atLeast("concurrency", concurrency, 1);
    atLeast("body-bytes", bodyBytes, LoadBody.LEAST_BYTES);
    atLeast("chunk-bytes", chunkBytes, 1);
    atLeast("response-chunks", responseChunks, 0);
    atLeast("prefix-groups", prefixGroups, 0);
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException("rate: " + rate + " (expected: >= 0)");
    }
  }

  /** A closed loop of chat requests over four plaintext connections. */
  public static LoadOptions closed(String target, int concurrency, int bodyBytes) {
    return new LoadOptions(
        target, false, 4, concurrency, 0, bodyBytes, USUAL_CHUNK_BYTES, 1, 0, true);
  }

  /** The same against another picker. */
  public LoadOptions withTarget(String hostPort) {
    return new LoadOptions(
        hostPort,
        tls,
        connections,
        concurrency,
        rate,
        bodyBytes,
        chunkBytes,
        responseChunks,
        prefixGroups,
        givenBack);
  }

  /** The same with TLS. */
  public LoadOptions withTls() {
    return new LoadOptions(
        target,
        true,
        connections,
        concurrency,
        rate,
        bodyBytes,
        chunkBytes,
        responseChunks,
        prefixGroups,
        givenBack);
  }

  /** The same with so many events in a response. */
  public LoadOptions withResponseChunks(int chunks) {
    return new LoadOptions(
        target,
        tls,
        connections,
        concurrency,
        rate,
        bodyBytes,
        chunkBytes,
        chunks,
        prefixGroups,
        givenBack);
  }

  /** The same at a rate. */
  public LoadOptions withRate(double perSecond) {
    return new LoadOptions(
        target,
        tls,
        connections,
        concurrency,
        perSecond,
        bodyBytes,
        chunkBytes,
        responseChunks,
        prefixGroups,
        givenBack);
  }

  /** The same against something that gives no bodies back. */
  public LoadOptions withNothingGivenBack() {
    return new LoadOptions(
        target,
        tls,
        connections,
        concurrency,
        rate,
        bodyBytes,
        chunkBytes,
        responseChunks,
        prefixGroups,
        false);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
