package dev.pickwick.scraper;

/**
 * When one endpoint is scraped next. Belongs to one thread.
 *
 * <p>Busy or changing endpoints are scraped at the base interval. When nothing moves, or the server
 * fails, the interval doubles up to the greatest one. A server that is slow again and again is not
 * asked more often than every fourth of its answering times, since rendering the page costs it as
 * much as it costs us to wait; one fast answer clears it. The first scrape says nothing about that,
 * since it connects. Scrapes happen at the endpoint's own phase of the base interval, so that
 * endpoints stay spread when many of them become busy at once. All times are ticker readings and
 * intervals in nanoseconds.
 */
final class Pace {
  private static final int SLOWNESS = 4;
  private static final int SMOOTHING = 4;

  private final long base;
  private final long max;
  private final long phase;

  private long interval;
  private long due;
  private long smoothedTime;
  private boolean first = true;
  private boolean failing;

  /**
   * Due at once.
   *
   * @param base interval while busy
   * @param max greatest interval, at least the base
   * @param phase offset of this endpoint's scrapes in the base interval
   * @param now ticker reading
   */
  Pace(long base, long max, long phase, long now) {
    this.base = base;
    this.max = max;
    this.phase = Math.floorMod(phase, base);
    this.interval = base;
    this.due = now;
  }

  boolean isDue(long now) {
    return now - due >= 0;
  }

  /** Time from one scrape to the next as planned now. */
  long interval() {
    return interval;
  }

  /**
   * A scrape brought numbers.
   *
   * @param taken the server's part of the time from start to end, in nanoseconds
   * @param active whether the endpoint is busy or its numbers have moved
   */
  void succeeded(long started, long ended, long taken, boolean active) {
    if (!first) {
      smoothedTime = Math.min(taken, smoothedTime + (taken - smoothedTime) / SMOOTHING);
    }
    failing = false;
    interval = active ? fastest() : clamp(Math.max(fastest(), interval * 2));
    plan(started, ended);
  }

  /** A scrape brought nothing. */
  void failed(long started, long ended) {
    failing = true;
    interval = clamp(interval * 2);
    plan(started, ended);
  }

  /** A request is in flight to the endpoint: its numbers will move, if it answers at all. */
  void charged(long now) {
    long fastest = fastest();
    if (!failing && interval > fastest) {
      interval = fastest;
      long soon = onGrid(now);
      due = due - soon > 0 ? soon : due;
    }
  }

  private void plan(long started, long ended) {
    long planned = (first ? onGrid(started + 1) - base : due) + interval;
    first = false;
    due = ended - planned > 0 ? onGrid(ended) : planned;
  }

  /** The first reading at this endpoint's phase that is not before the given one. */
  private long onGrid(long time) {
    return time + Math.floorMod(phase - time, base);
  }

  /** The base interval, or the whole multiple of it that a slow server is granted. */
  private long fastest() {
    return clamp(Math.ceilDiv(Math.max(1, smoothedTime * SLOWNESS), base) * base);
  }

  private long clamp(long wanted) {
    return Math.min(wanted, max);
  }
}
