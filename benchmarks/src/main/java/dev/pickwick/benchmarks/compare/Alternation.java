package dev.pickwick.benchmarks.compare;

import dev.pickwick.benchmarks.result.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Two sides in alternating slices, A B B A A B …, so that neither is always first in a pair.
 *
 * @param a slices of the first side, one per pair
 * @param b slices of the second side, one per pair
 */
public record Alternation(List<Slice> a, List<Slice> b) {

  public Alternation {
    a = List.copyOf(a);
    b = List.copyOf(b);
  }

  /**
   * Runs it.
   *
   * @param warmUps pairs that do not count, at least 0
   * @param pairs pairs that count, at least 1
   * @param progress hears a line a pair
   * @throws IOException when a side cannot be measured
   */
  public static Alternation run(
      Runner a, Runner b, int warmUps, int pairs, Duration slice, PrintStream progress)
      throws IOException, InterruptedException {
    List<Slice> slicesOfA = new ArrayList<>();
    List<Slice> slicesOfB = new ArrayList<>();
    for (int pair = -warmUps; pair < pairs; pair++) {
      boolean first = pair % 2 == 0;
      Slice one = (first ? a : b).run(slice);
      Slice two = (first ? b : a).run(slice);
      Slice ofA = first ? one : two;
      Slice ofB = first ? two : one;
      progress.printf(
          Locale.ROOT,
          "%s: %s %,.0f/s, %s %,.0f/s%n",
          pair < 0 ? "warming up" : "pair " + (pair + 1) + " of " + pairs,
          a.name(),
          ofA.load().perSecond(),
          b.name(),
          ofB.load().perSecond());
      if (pair >= 0) {
        slicesOfA.add(ofA);
        slicesOfB.add(ofB);
      }
    }
    return new Alternation(slicesOfA, slicesOfB);
  }

  /** A figure of the first side. */
  public Figure ofA(String name, String unit, ToDoubleFunction<Slice> value) {
    return Figure.of(name, unit, values(a, value));
  }

  /** A figure of the second side. */
  public Figure ofB(String name, String unit, ToDoubleFunction<Slice> value) {
    return Figure.of(name, unit, values(b, value));
  }

  private static List<Double> values(List<Slice> slices, ToDoubleFunction<Slice> value) {
    return slices.stream().mapToDouble(value).boxed().toList();
  }
}
