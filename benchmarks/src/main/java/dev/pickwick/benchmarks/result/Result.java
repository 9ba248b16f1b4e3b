package dev.pickwick.benchmarks.result;

import dev.pickwick.benchmarks.machine.Machine;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one measurement has brought.
 *
 * @param bench its command, as in {@code load}
 * @param date when it ended, ISO-8601 in UTC, to the second
 * @param commit of the measured program, short; {@code unknown} outside a checkout, with {@code
 *     +changes} when the checkout had some
 * @param machine where it ran
 * @param settings what was chosen, by option name, in a fixed order
 * @param figures in the order in which they are shown
 * @param gates in the order in which they are shown
 * @param remarks what a reader must know to believe the figures
 */
public record Result(
    String bench,
    String date,
    String commit,
    Machine machine,
    Map<String, String> settings,
    List<Figure> figures,
    List<Gate> gates,
    List<String> remarks) {

  public Result {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    figures = List.copyOf(figures);
    gates = List.copyOf(gates);
    remarks = List.copyOf(remarks);
  }

  /** The figure of a name. */
  public Figure figure(String name) {
    return figures.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "figure: "
                        + name
                        + " (expected: one of "
                        + figures.stream().map(Figure::name).toList()
                        + ")"));
  }

  /** Whether no gate was missed; what was not measured is not missed. */
  public boolean missesNothing() {
    return gates.stream().noneMatch(gate -> gate.verdict() == Gate.Verdict.MISSED);
  }
}
