package dev.pickwick.benchmarks.suite;

import dev.pickwick.benchmarks.command.ResultText;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Gate.Verdict;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.benchmarks.result.ResultFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measurements one after the other; one that fails does not keep the next from running. */
final class Suite {

  private final List<Step> steps;
  private final @Nullable Path results;
  private final PrintStream out;
  private final PrintStream progress;

  /**
   * A row.
   *
   * @param results directory in which each result is kept; null: nowhere
   */
  Suite(List<Step> steps, @Nullable Path results, PrintStream out, PrintStream progress) {
    this.steps = List.copyOf(steps);
    this.results = results;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Runs them all.
   *
   * @return what went wrong: measurements that failed, and gates missed where that counts
   */
  List<String> run() throws InterruptedException {
    List<String> problems = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      progress.printf(
          "== %d of %d: bench %s (%d s)%n",
          i + 1,
          steps.size(),
          step.name(),
          Duration.ofNanos(System.nanoTime() - start).toSeconds());
      try {
        Result result = step.measurement().measure(progress);
        out.println("bench " + step.name());
        out.println(ResultText.of(result).indent(2).stripTrailing());
        if (results != null) {
          progress.println("kept in " + ResultFile.write(results, result));
        }
        if (step.gated()) {
          result.gates().stream()
              .filter(gate -> gate.verdict() == Verdict.MISSED)
              .map(Gate::name)
              .forEach(gate -> problems.add("bench " + step.name() + " missed: " + gate));
        }
      } catch (IOException | RuntimeException e) {
        problems.add("bench " + step.name() + " failed: " + e.getMessage());
        progress.println(problems.getLast());
      }
    }
    return problems;
  }
}
