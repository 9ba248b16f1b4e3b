package dev.pickwick.benchmarks.jmh;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks of this class path, run by the program itself, with what each operation allocates.
 * What an annotation fixes beyond what is said here (threads, unit, the fork's heap) stays.
 *
 * <p>A fork gets this program's class path and JVM options. JMH's lock against a second run on the
 * machine is not taken, for that would spoil times, never bytes; who wants times sees to it.
 *
 * @param include regular expression, found in the names of the benchmarks to run
 * @param params values to run instead of those the annotations name, by parameter
 * @param forks processes per benchmark; 0 runs it in this one
 * @param warmups iterations that do not count
 * @param iterations iterations that do, > 0
 * @param each how long one iteration takes
 */
public record JmhRun(
    String include,
    Map<String, List<String>> params,
    int forks,
    int warmups,
    int iterations,
    Duration each) {

  private static final String ALLOCATION = "gc.alloc.rate.norm";

  /** Copies the parameters. */
  public JmhRun {
    params = Map.copyOf(params);
  }

  /**
   * Runs them one after the other.
   *
   * @param progress told which one is at work, a line each; nothing is printed elsewhere
   * @return in the order they ran, at least one
   * @throws IllegalStateException when none matches, or one fails; the message tells what JMH said
   */
  public List<Measured> run(PrintStream progress) {
    System.setProperty("jmh.ignoreLock", "true");
    ProgressFormat format = new ProgressFormat(progress);
    try {
      Collection<RunResult> results = new Runner(options().build(), format).run();
      if (results.isEmpty()) {
        throw new IllegalStateException("benchmarks: none (expected: some like " + include + ")");
      }
      return results.stream().map(JmhRun::measured).toList();
    } catch (RunnerException e) {
      throw new IllegalStateException(
          "benchmarks " + include + " failed: " + e.getMessage() + "\n" + format.said(), e);
    }
  }

  private ChainedOptionsBuilder options() {
    TimeValue time = TimeValue.nanoseconds(each.toNanos());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(include)
            .forks(forks)
            .warmupForks(0)
            .warmupIterations(warmups)
            .warmupTime(time)
            .measurementIterations(iterations)
            .measurementTime(time)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    params.forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    return options;
  }

  private static Measured measured(RunResult result) {
    BenchmarkParams run = result.getParams();
    Map<String, String> params = new LinkedHashMap<>();
    run.getParamsKeys().forEach(name -> params.put(name, run.getParam(name)));
    Result<?> allocation = result.getSecondaryResults().get(ALLOCATION);
    if (allocation == null) {
      throw new IllegalStateException(ALLOCATION + ": none (expected: told by this JVM)");
    }
    Result<?> primary = result.getPrimaryResult();
    return new Measured(
        ProgressFormat.shortName(run),
        params,
        primary.getScore(),
        primary.getScoreError(),
        primary.getScoreUnit(),
        allocation.getScore());
  }
}
