package dev.pickwick.scraper.page;

import java.util.ArrayList;
import java.util.List;

/**
 * One number wanted from a page, with its alternative sources, best first. Belongs to one thread.
 */
final class Item {
  private final List<SeriesTable> alternatives = new ArrayList<>();

  /** Adds a source that is asked after those added before. */
  SeriesTable alternative() {
    var table = new SeriesTable();
    alternatives.add(table);
    return table;
  }

  void clear() {
    for (int i = 0; i < alternatives.size(); i++) {
      alternatives.get(i).clear();
    }
  }

  /** Sum over series; NaN when there are none. */
  double sum() {
    SeriesTable best = best();
    return best.size() == 0 ? Double.NaN : best.sum();
  }

  /** Sum over series; 0 when there are none. */
  double total() {
    return best().sum();
  }

  /** Mean over series; NaN when there are none. */
  double mean() {
    SeriesTable best = best();
    return best.size() == 0 ? Double.NaN : best.sum() / best.size();
  }

  /** Value of the first series; 0 when there are none. */
  double first() {
    SeriesTable best = best();
    return best.size() == 0 ? 0 : best.value(0);
  }

  private SeriesTable best() {
    for (int i = 0; i < alternatives.size(); i++) {
      if (alternatives.get(i).size() > 0) {
        return alternatives.get(i);
      }
    }
    return NOTHING;
  }

  private static final SeriesTable NOTHING = new SeriesTable();
}
