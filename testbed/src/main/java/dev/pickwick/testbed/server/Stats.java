package dev.pickwick.testbed.server;

/**
 * What a fake model server has counted since its start, and where it stands.
 *
 * @param requests generation and embedding requests received
 * @param inFlight of these, not yet answered
 * @param maxInFlight most of these at the same time
 * @param running requests in slots, as measured
 * @param waiting requests in the queue, as measured
 * @param kvUsage share of the KV blocks in use, in [0, 1], as measured
 * @param promptTokens prompt tokens taken on
 * @param cachedTokens of these, found in the cache
 * @param generatedTokens output tokens
 * @param aborted requests whose client went away
 * @param rejected requests refused because slots and queue were full
 * @param scrapes metrics requests received
 * @param bytesSent bytes of bodies sent
 */
public record Stats(
    long requests,
    int inFlight,
    int maxInFlight,
    int running,
    int waiting,
    double kvUsage,
    long promptTokens,
    long cachedTokens,
    long generatedTokens,
    long aborted,
    long rejected,
    long scrapes,
    long bytesSent) {}
