package dev.pickwick.benchmarks.command;

import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.util.Locale;

/** A result for people, as a few lines of text. */
public final class ResultText {

  private static final int PLENTY = 100;

  private ResultText() {}

  /** The lines, without a line end at the end. */
  public static String of(Result result) {
    StringBuilder text = new StringBuilder();
    result.figures().forEach(figure -> text.append(line(figure)).append('\n'));
    result.gates().forEach(gate -> text.append(line(gate)).append('\n'));
    result.remarks().forEach(remark -> text.append("  ").append(remark).append('\n'));
    return text.toString().stripTrailing();
  }

  private static String line(Figure figure) {
    StringBuilder line = new StringBuilder(figure.name()).append(": ");
    line.append(number(figure.median())).append(unit(figure.unit()));
    if (figure.values().size() > 1) {
      line.append(" (").append(number(figure.least()));
      line.append(" to ").append(number(figure.greatest())).append(')');
    }
    Figure yardstick = figure.yardstick();
    if (yardstick != null) {
      line.append("; ").append(yardstick.name()).append(": ");
      line.append(number(yardstick.median())).append(unit(yardstick.unit()));
      line.append(", ").append(number(figure.dividedBy(yardstick).median()));
      line.append(" times that");
    }
    return line.toString();
  }

  private static String line(Gate gate) {
    String limit =
        switch (gate.bound()) {
              case AT_MOST -> "at most ";
              case AT_LEAST -> "at least ";
            }
            + number(gate.limit())
            + unit(gate.unit());
    return switch (gate.verdict()) {
      case MET -> "met: " + gate.name() + ", " + limit;
      case MISSED ->
          "MISSED: "
              + gate.name()
              + ", "
              + (gate.measured() == null ? "" : number(gate.measured()))
              + unit(gate.unit())
              + " (wanted: "
              + limit
              + ")";
      case NOT_MEASURED -> "not measured: " + gate.name() + ", " + limit + ": " + gate.reason();
    };
  }

  private static String unit(String unit) {
    return unit.isEmpty() ? "" : " " + unit;
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value);
    return String.format(Locale.ROOT, whole || Math.abs(value) >= PLENTY ? "%,.0f" : "%.3g", value);
  }
}
