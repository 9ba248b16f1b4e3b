package dev.pickwick.scraper;

import dev.pickwick.scheduler.endpoint.Endpoint;

/** Hears how scraping goes; called on the scraper's thread, must not block. */
public interface ScrapeEvents {
  /** Hears nothing. */
  ScrapeEvents NONE = new ScrapeEvents() {};

  /**
   * An endpoint answers for the first time, answers no more, or answers again.
   *
   * @param detail why it does not answer; empty when it does
   */
  default void stateChanged(Endpoint endpoint, boolean ok, String detail) {}

  /**
   * One scrape has ended.
   *
   * @param nanos how long it took, in nanoseconds
   * @param badLines lines of the page dropped because they are malformed
   */
  default void scraped(Endpoint endpoint, boolean ok, long nanos, int badLines) {}

  /** The thread came so late that this many ticks, at least 1, were left out. */
  default void ticksMissed(long ticks) {}
}
