package dev.pickwick.scheduler;

/**
 * How a scheduler behaves whatever the pipeline.
 *
 * @param countUnscraped whether a charged request counts as waiting until a scrape can have seen it
 * @param ignoreSubset whether a request's own choice of destinations is disregarded
 */
public record SchedulerOptions(boolean countUnscraped, boolean ignoreSubset) {

  /** Unscraped requests count, subsets are honoured. */
  public static final SchedulerOptions DEFAULT = new SchedulerOptions(true, false);
}
