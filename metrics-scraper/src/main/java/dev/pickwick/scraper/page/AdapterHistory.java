package dev.pickwick.scraper.page;

import java.util.HashSet;
import java.util.Set;

/**
 * What one endpoint's LoRA series looked like last time, and which of them is the current one.
 * Belongs to one thread.
 *
 * <p>Engines add a series per combination of adapters and never remove one; its value is the Unix
 * time at which the combination was last true, so the largest value is the current one. Ties (the
 * simulator writes whole seconds) go to the series that is new or moved since the last page, then
 * to the one chosen before, then to the one with more names.
 *
 * <p>Several API server processes behind one port sum their times, and the largest sum is not the
 * newest. A value later than our own clock shows it; the adapters are then those of all series that
 * moved since the last page.
 */
public final class AdapterHistory {
  private static final int UNCOUNTED = -1;
  private static final double CLOCK_DIFFERENCE_SECONDS = 300;
  private static final int MAX_NAMES = 1_024;
  // The same names over and over are looked at no more often than this on one page.
  private static final int MAX_LOOKS = 16 * MAX_NAMES;

  private SeriesTable last = new SeriesTable();
  private boolean seen;
  private long chosen;
  private long content;
  private Adapters current = Adapters.NONE;
  private int looks;

  /**
   * Takes in a page's series, of which there is at least one, and says which adapters are current.
   */
  Adapters update(byte[] page, AdapterSeries series, double nowSeconds) {
    SeriesTable table = series.table();
    looks = 0;
    int newest = 0;
    int names = UNCOUNTED;
    for (int i = 1; i < table.size(); i++) {
      int order = compare(table, i, newest);
      if (order == 0) {
        // Counted once for the best so far, since its line may be a long one.
        names = names == UNCOUNTED ? names(page, series, newest) : names;
        int others = names(page, series, i);
        newest = others >= names ? i : newest;
        names = Math.max(names, others);
      } else if (order > 0) {
        newest = i;
        names = UNCOUNTED;
      }
    }
    if (table.value(newest) > nowSeconds + CLOCK_DIFFERENCE_SECONDS) {
      current = moved(page, series);
      content = 0;
    } else {
      choose(page, series, newest);
    }
    last = series.exchange(last);
    seen = true;
    return current;
  }

  private int compare(SeriesTable table, int a, int b) {
    int byValue = Double.compare(table.value(a), table.value(b));
    return byValue == 0 ? Integer.compare(rank(table, a), rank(table, b)) : byValue;
  }

  private int rank(SeriesTable table, int index) {
    return hasMoved(table, index) ? 2 : table.key(index) == chosen ? 1 : 0;
  }

  private boolean hasMoved(SeriesTable table, int index) {
    int before = last.indexOf(table.key(index));
    return before < 0 || last.value(before) != table.value(index);
  }

  private static int names(byte[] page, AdapterSeries series, int index) {
    return names(page, series.runningStart(index), series.runningEnd(index))
        + names(page, series.waitingStart(index), series.waitingEnd(index));
  }

  private static int names(byte[] page, int from, int to) {
    int names = to > from ? 1 : 0;
    for (int i = from; i < to; i++) {
      names += page[i] == ',' ? 1 : 0;
    }
    return names;
  }

  private void choose(byte[] page, AdapterSeries series, int index) {
    chosen = series.table().key(index);
    long hash =
        Labels.hash(page, series.runningStart(index), series.runningEnd(index)) * 31
            + Labels.hash(page, series.waitingStart(index), series.waitingEnd(index));
    // Most pages repeat the last one: no new sets then.
    if (!seen || hash != content || series.max(index) != current.max()) {
      var running = new HashSet<String>();
      collect(page, series.runningStart(index), series.runningEnd(index), running);
      var waiting = new HashSet<String>();
      collect(page, series.waitingStart(index), series.waitingEnd(index), waiting);
      content = hash;
      current = new Adapters(running, waiting, series.max(index));
    }
  }

  private Adapters moved(byte[] page, AdapterSeries series) {
    SeriesTable table = series.table();
    var running = new HashSet<String>();
    var waiting = new HashSet<String>();
    boolean any = false;
    int max = 0;
    for (int i = 0; i < table.size(); i++) {
      max = Math.max(max, series.max(i));
      if (seen && hasMoved(table, i)) {
        any = true;
        collect(page, series.runningStart(i), series.runningEnd(i), running);
        collect(page, series.waitingStart(i), series.waitingEnd(i), waiting);
      }
    }
    if (any) {
      return new Adapters(running, waiting, max);
    }
    return max == current.max() ? current : new Adapters(current.running(), current.waiting(), max);
  }

  private void collect(byte[] page, int from, int to, Set<String> names) {
    for (int start = from; start < to && names.size() < MAX_NAMES && looks < MAX_LOOKS; looks++) {
      int end = start;
      while (end < to && page[end] != ',') {
        end++;
      }
      String name = Labels.text(page, start, end).strip();
      if (!name.isEmpty()) {
        names.add(name);
      }
      start = end + 1;
    }
  }
}
