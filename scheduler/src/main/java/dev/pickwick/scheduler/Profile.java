package dev.pickwick.scheduler;

import static java.util.Objects.requireNonNull;

import dev.pickwick.scheduler.spi.Filter;
import dev.pickwick.scheduler.spi.Picker;
import java.util.List;

/**
 * One way to choose: filters in order, then scorers, then the picker.
 *
 * @param name as configured
 * @param filters applied in this order
 * @param scorers whose weighted scores are added up
 * @param picker chooses by the totals
 */
public record Profile(
    String name, List<Filter> filters, List<WeightedScorer> scorers, Picker picker) {

  public Profile {
    requireNonNull(name, "name");
    requireNonNull(picker, "picker");
    filters = List.copyOf(filters);
    scorers = List.copyOf(scorers);
  }
}
