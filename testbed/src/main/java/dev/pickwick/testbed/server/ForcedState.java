package dev.pickwick.testbed.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that the metrics page shows instead of the measured ones; null parts stay as measured.
 *
 * @param running requests in slots
 * @param waiting requests in the queue
 * @param kvUsage share of the KV blocks in use, in [0, 1]
 * @param loras combinations of adapters, the last one being the current one
 */
public record ForcedState(
    @Nullable Wave running,
    @Nullable Wave waiting,
    @Nullable Wave kvUsage,
    @Nullable List<LoraState> loras) {

  public ForcedState {
    loras = loras == null ? null : List.copyOf(loras);
  }

  /** Fixed load without a word on adapters. */
  public static ForcedState of(int running, int waiting, double kvUsage) {
    return new ForcedState(Wave.fixed(running), Wave.fixed(waiting), Wave.fixed(kvUsage), null);
  }

  public ForcedState withLoras(List<LoraState> combinations) {
    return new ForcedState(running, waiting, kvUsage, combinations);
  }

  EngineState over(EngineState measured, long nanosSinceSet, long unixMillis) {
    return new EngineState(
        running == null ? measured.running() : (int) Math.round(running.at(nanosSinceSet)),
        waiting == null ? measured.waiting() : (int) Math.round(waiting.at(nanosSinceSet)),
        kvUsage == null ? measured.kvUsage() : kvUsage.at(nanosSinceSet),
        loras == null ? measured.loras() : dated(loras, unixMillis),
        measured.counters());
  }

  private static Map<LoraState, Long> dated(List<LoraState> combinations, long unixMillis) {
    var dated = new LinkedHashMap<LoraState, Long>();
    for (int i = 0; i < combinations.size(); i++) {
      dated.put(combinations.get(i), unixMillis - 1000L * (combinations.size() - 1 - i));
    }
    return dated;
  }
}
