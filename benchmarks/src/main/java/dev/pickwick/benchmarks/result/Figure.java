package dev.pickwick.benchmarks.result;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One measured quantity with every value that was taken of it, one per slice, in their order.
 *
 * <p>Machines drift. A figure in absolute units therefore has a yardstick: something simple of the
 * same kind, measured in turn with it, so that the quotient of both, slice by slice, holds when the
 * machine's speed does not. For example values 30, 60 with a yardstick of 10, 20 are 3 yardsticks
 * each.
 *
 * @param name what is measured, as in {@code cpu per request}
 * @param unit of the values; empty for ratios and counts
 * @param values at least one
 * @param yardstick as many values of something simple; none for ratios, counts and bytes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Figure(String name, String unit, List<Double> values, @Nullable Figure yardstick) {

  public Figure {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + ": no values (expected: at least one)");
    }
    if (yardstick != null && yardstick.values.size() != values.size()) {
      throw new IllegalArgumentException(
          "values of "
              + yardstick.name
              + ": "
              + yardstick.values.size()
              + " (expected: "
              + values.size()
              + ", one per value of "
              + name
              + ")");
    }
  }

  /** A single value without a yardstick. */
  public static Figure of(String name, String unit, double value) {
    return new Figure(name, unit, List.of(value), null);
  }

  /** Several values without a yardstick. */
  public static Figure of(String name, String unit, List<Double> values) {
    return new Figure(name, unit, values, null);
  }

  /** The middle value; the mean of the middle two for an even number. */
  @JsonIgnore
  public double median() {
    List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The smallest value. */
  @JsonIgnore
  public double least() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** The greatest value. */
  @JsonIgnore
  public double greatest() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** This figure in yardsticks, slice by slice; empty without a yardstick. */
  public Optional<Figure> scaled() {
    return yardstick == null ? Optional.empty() : Optional.of(dividedBy(yardstick));
  }

  /**
   * The quotient of two figures that were measured in turn, slice by slice.
   *
   * @throws IllegalArgumentException when they have different numbers of values
   */
  public Figure dividedBy(Figure other) {
    if (other.values.size() != values.size()) {
      throw new IllegalArgumentException(
          "values: " + values.size() + " and " + other.values.size() + " (expected: as many)");
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / other.values.get(i));
    }
    return new Figure(name + " ÷ " + other.name, "", ratios, null);
  }
}
