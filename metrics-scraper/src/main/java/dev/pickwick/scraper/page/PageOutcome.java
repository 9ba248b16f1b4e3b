package dev.pickwick.scraper.page;

import org.jspecify.annotations.Nullable;

/** What came of reading one page. */
public sealed interface PageOutcome {

  /**
   * At least one wanted number was there.
   *
   * @param waiting requests waiting, summed over engines; NaN when the page has none
   * @param running requests running, summed over engines; NaN when the page has none
   * @param kvUsage share of the KV cache in use, in [0, 1], mean over engines; NaN when the page
   *     has none
   * @param blockSize tokens per KV block; 0 when the page has none
   * @param blockCount KV blocks of all engines; 0 when the page has none
   * @param adapters the current LoRA adapters; null when the page has none
   * @param families which wanted families were there, one bit each
   * @param samples wanted sample lines
   * @param badLines lines dropped because they are malformed
   */
  record Numbers(
      double waiting,
      double running,
      double kvUsage,
      int blockSize,
      int blockCount,
      @Nullable Adapters adapters,
      long families,
      int samples,
      int badLines)
      implements PageOutcome {

    /** Whether this page shows every family of the other, with as many samples. */
    public boolean covers(Numbers other) {
      return (other.families & ~families) == 0 && samples >= other.samples;
    }
  }

  /**
   * Nothing to learn from it.
   *
   * @param why the reason in words
   * @param badLines lines dropped because they are malformed
   */
  record Unreadable(String why, int badLines) implements PageOutcome {}
}
