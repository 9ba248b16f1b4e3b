package dev.pickwick.scheduler;

import dev.pickwick.scheduler.spi.Plugin;

/** What a scheduler tells the outside, on the thread that schedules; it must not block. */
public interface SchedulerEvents {

  /** Nobody listens. */
  SchedulerEvents NONE = new SchedulerEvents() {};

  /**
   * A pass is over.
   *
   * @param nanosTaken its duration, in nanoseconds
   */
  default void decided(InferenceRequest request, long nanosTaken, Decision decision) {}

  /**
   * How much of a prompt the picked endpoint is believed to hold; told only of prompts with at
   * least one block.
   *
   * @param matchedBlocks blocks held, in [0, totalBlocks]
   * @param totalBlocks blocks of the prompt, at least 1
   * @param blockBytes bytes per block
   */
  default void prefixMatched(int matchedBlocks, int totalBlocks, int blockBytes) {}

  /** A plugin has begun to throw; until it recovers the pass goes on without its vote. */
  default void pluginFailed(Plugin plugin, Throwable cause) {}

  /** A plugin that threw has done its work again. */
  default void pluginRecovered(Plugin plugin) {}
}
