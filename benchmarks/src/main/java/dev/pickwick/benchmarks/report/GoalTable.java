package dev.pickwick.benchmarks.report;

import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The goals and what became of them, as a table in Markdown. */
final class GoalTable {

  private final List<Result> results;
  private final StringBuilder table = new StringBuilder();
  private int met;
  private int missed;
  private int open;

  private GoalTable(List<Result> results) {
    this.results = results;
  }

  /** A row a goal, and below it how many were met. */
  static String of(List<Goal> goals, List<Result> results) {
    GoalTable table = new GoalTable(results);
    table.table.append("| | quantity | wanted | measured | |\n|---|---|---|---|---|\n");
    goals.forEach(table::row);
    return table
        .table
        .append('\n')
        .append(table.met)
        .append(" met, ")
        .append(table.missed)
        .append(" missed, ")
        .append(table.open)
        .append(" not measured.")
        .toString();
  }

  private void row(Goal goal) {
    List<String> measured = new ArrayList<>();
    List<Gate.Verdict> verdicts = new ArrayList<>();
    for (Goal.Source source : goal.measurements()) {
      Optional<Gate> gate = source.in(results);
      measured.add(gate.map(GoalTable::measured).orElse("`bench " + source.bench() + "` not run"));
      verdicts.add(gate.map(Gate::verdict).orElse(Gate.Verdict.NOT_MEASURED));
    }
    if (!goal.otherwise().isEmpty()) {
      measured.add(goal.otherwise());
    }
    table
        .append("| ")
        .append(goal.id())
        .append(" | ")
        .append(goal.quantity())
        .append(" | ")
        .append(goal.wanted())
        .append(" | ")
        .append(String.join(" · ", measured))
        .append(" | ")
        .append(count(verdicts))
        .append(" |\n");
  }

  /** A goal is met when all that shows it is, and missed when anything is. */
  private String count(List<Gate.Verdict> verdicts) {
    if (verdicts.contains(Gate.Verdict.MISSED)) {
      missed++;
      return "**missed**";
    }
    if (verdicts.isEmpty() || verdicts.contains(Gate.Verdict.NOT_MEASURED)) {
      open++;
      return "not measured";
    }
    met++;
    return "met";
  }

  private static String measured(Gate gate) {
    Double value = gate.measured();
    return value == null ? String.valueOf(gate.reason()) : Numbers.text(value, gate.unit());
  }
}
