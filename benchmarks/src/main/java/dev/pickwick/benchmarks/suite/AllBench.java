package dev.pickwick.benchmarks.suite;

import dev.pickwick.benchmarks.burst.BurstBench;
import dev.pickwick.benchmarks.cost.AllocationBench;
import dev.pickwick.benchmarks.cost.BodyBench;
import dev.pickwick.benchmarks.cost.EventBench;
import dev.pickwick.benchmarks.cost.ThroughputBench;
import dev.pickwick.benchmarks.flame.FlameBench;
import dev.pickwick.benchmarks.jmh.PickBench;
import dev.pickwick.benchmarks.memory.MemoryBench;
import dev.pickwick.benchmarks.result.ResultFile;
import dev.pickwick.benchmarks.scrape.ScrapeBench;
import dev.pickwick.benchmarks.start.StartBench;
import dev.pickwick.testbed.Arguments;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code bench all}: everything that is measured, or what can be held on any machine. */
public final class AllBench {

  private static final String HELP =
      """
      Usage: bench all --quick | --full [options]

        --quick          garbage per pick and per request, spread of bursts, and whether every byte
                         comes back; times, that of a start among them, are shown and not judged;
                         about three minutes
        --full           everything, about a quarter of an hour on a quiet machine; the results
                         become a page by  bench report
        --results DIR    where each result is kept as JSON (with --full: benchmarks/results)
        --pictures DIR   where --full puts its flame graphs (docs/performance)
        --help           this page

      Exit status: 0; 1 when a measurement fails, or with --quick a gate is missed; 2 for wrong
      options.
      """;

  private static final int USAGE = 2;

  private AllBench() {}

  /** Runs it; returns the exit status. */
  public static int run(String[] line, PrintStream out, PrintStream err)
      throws InterruptedException {
    boolean quick;
    Path results;
    Path pictures;
    try {
      Arguments arguments =
          Arguments.parse(line, Set.of("results", "pictures"), Set.of("quick", "full", "help"));
      if (arguments.has("help")) {
        out.print(HELP);
        return 0;
      }
      quick = arguments.has("quick");
      if (quick == arguments.has("full")) {
        throw new IllegalArgumentException("either --quick or --full is needed");
      }
      results = results(arguments, quick);
      pictures = Path.of(arguments.text("pictures", "docs/performance"));
    } catch (IllegalArgumentException e) {
      err.println("bench all: " + e.getMessage());
      err.print(HELP);
      return USAGE;
    }
    List<String> problems = new Suite(quick ? quick() : full(pictures), results, out, err).run();
    problems.forEach(out::println);
    return problems.isEmpty() ? 0 : 1;
  }

  private static @Nullable Path results(Arguments arguments, boolean quick) {
    String given = arguments.text("results");
    if (given != null) {
      return Path.of(given);
    }
    return quick ? null : ResultFile.DIRECTORY;
  }

  private static List<Step> quick() {
    return List.of(
        Step.of(
            true, PickBench.COMMAND, "--bytes-only", "--rounds=1", "--iterations=2", "--each=0.3"),
        Step.of(true, AllocationBench.COMMAND, "--only-small", "--slice=2", "--warmup=4"),
        Step.of(true, BurstBench.COMMAND, "--sizes=100,1000", "--rounds=2"),
        Step.of(false, ThroughputBench.COMMAND, "--pairs=1", "--warmup=1", "--slice=1"),
        Step.of(false, EventBench.COMMAND, "--pairs=1", "--warmup=1", "--slice=1"),
        Step.of(false, StartBench.COMMAND, "--runs=1", "--quota-runs=0"));
  }

  private static List<Step> full(Path pictures) {
    return List.of(
        Step.of(false, PickBench.COMMAND),
        Step.of(false, AllocationBench.COMMAND),
        Step.of(false, BurstBench.COMMAND),
        Step.of(false, ThroughputBench.COMMAND),
        Step.of(false, BodyBench.COMMAND),
        Step.of(false, EventBench.COMMAND),
        Step.of(
            false, FlameBench.COMMAND, "--load=small", "--svg=" + pictures.resolve("small.svg")),
        Step.of(
            false, FlameBench.COMMAND, "--load=large", "--svg=" + pictures.resolve("large.svg")),
        Step.of(false, ScrapeBench.COMMAND),
        Step.of(false, MemoryBench.COMMAND),
        Step.of(false, StartBench.COMMAND));
  }
}
