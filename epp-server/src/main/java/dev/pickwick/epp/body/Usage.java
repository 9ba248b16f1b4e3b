package dev.pickwick.epp.body;

/**
 * Tokens a response says it cost; each number is -1 when the response does not say.
 *
 * @param promptTokens tokens read, cached ones included
 * @param completionTokens tokens generated
 * @param totalTokens both together, as the model server counts them
 * @param cachedTokens those of {@code promptTokens} that came out of the prefix cache
 */
public record Usage(long promptTokens, long completionTokens, long totalTokens, long cachedTokens) {

  /** The response said nothing. */
  public static final Usage NONE = new Usage(-1, -1, -1, -1);
}
