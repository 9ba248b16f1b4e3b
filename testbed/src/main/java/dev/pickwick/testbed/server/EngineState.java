package dev.pickwick.testbed.server;

import java.util.Map;

/**
 * What an engine looks like at one moment.
 *
 * @param running requests in slots
 * @param waiting requests in the queue
 * @param kvUsage share of the KV blocks held by requests in flight, in [0, 1]
 * @param loras every combination of adapters so far and when it was last current, in milliseconds
 *     since 1970
 * @param counters a copy
 */
record EngineState(
    int running,
    int waiting,
    double kvUsage,
    Map<LoraState, Long> loras,
    EngineCounters counters) {}
