package dev.pickwick.benchmarks.jmh;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench pick}: time and garbage of one decision by number of endpoints, in rounds that take
 * the flat loop in turn; and of one with a match of 256 blocks in an index of a million.
 */
public final class PickBench {

  /** Most garbage of a pick, in bytes. */
  private static final double GARBAGE_GATE = 64;

  /** Most time per further endpoint, in nanoseconds. */
  private static final double SLOPE_GATE = 10;

  /** Most time of a pick with a match of 256 blocks, in nanoseconds. */
  private static final double MATCH_GATE = 25_000;

  /** Most time of a pick by number of endpoints, in nanoseconds. */
  private static final Map<Integer, Double> TIME_GATES =
      new TreeMap<>(Map.of(10, 1_000.0, 100, 2_000.0, 1_000, 10_000.0, 10_000, 100_000.0));

  private static final int FROM = 100;
  private static final int TO = 10_000;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "pick",
          """
          Usage: bench pick [options]

          Time and garbage of one decision with four scorers over 10, 100, 1,000 and 10,000 endpoints,
          by JMH, in turn with the same sums over flat arrays; and of one whose prompt matches 256
          blocks of an index of a million.

            --rounds N       each a process of its own (3)
            --iterations N   measured iterations of a round (4)
            --each S         length of an iteration, in seconds (0.5)
            --bytes-only     over 10 and 1,000 endpoints, and nothing said of time
          """
              + Command.COMMON_HELP,
          Set.of("rounds", "iterations", "each"),
          Set.of("bytes-only"),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, progress);
          });

  private PickBench() {}

  /**
   * What is measured.
   *
   * @param rounds at least 1
   * @param iterations of a round, at least 1
   * @param each length of an iteration
   * @param bytesOnly whether time does not matter
   */
  record Setup(int rounds, int iterations, Duration each, boolean bytesOnly) {

    static Setup of(Arguments arguments) {
      return new Setup(
          Options.positive(arguments, "rounds", 3),
          Options.positive(arguments, "iterations", 4),
          Options.seconds(arguments, "each", 0.5),
          arguments.has("bytes-only"));
    }

    List<String> sizes() {
      return bytesOnly
          ? List.of("10", "1000")
          : TIME_GATES.keySet().stream().map(String::valueOf).toList();
    }

    JmhRun run(String include, Map<String, List<String>> params) {
      return new JmhRun(include, params, 1, 3, iterations, each);
    }
  }

  static Result measure(Setup setup, PrintStream progress) throws InterruptedException {
    Map<Integer, List<Double>> picks = new TreeMap<>();
    Map<Integer, List<Double>> loops = new TreeMap<>();
    List<Double> bytes = new ArrayList<>();
    List<Double> matches = new ArrayList<>();
    for (int round = 1; round <= setup.rounds; round++) {
      progress.println("round " + round + " of " + setup.rounds + ":");
      for (Measured each :
          setup
              .run(
                  "\\.PickBenchmark\\.pick$",
                  Map.of("endpoints", setup.sizes(), "holders", List.of("few")))
              .run(progress)) {
        add(picks, each);
        bytes.add(each.bytesPerOp());
      }
      if (setup.bytesOnly) {
        continue;
      }
      setup
          .run("\\.FlatLoopBenchmark\\.", Map.of("endpoints", setup.sizes()))
          .run(progress)
          .forEach(each -> add(loops, each));
      setup
          .run(
              "\\.FullIndexPickBenchmark\\.pick$",
              Map.of("endpoints", List.of("100"), "matched", List.of("256")))
          .run(progress)
          .forEach(each -> matches.add(each.score()));
    }
    return result(setup, picks, loops, bytes, matches);
  }

  private static void add(Map<Integer, List<Double>> times, Measured measured) {
    int endpoints = Integer.parseInt(String.valueOf(measured.params().get("endpoints")));
    times.computeIfAbsent(endpoints, _ -> new ArrayList<>()).add(measured.score());
  }

  private static Result result(
      Setup setup,
      Map<Integer, List<Double>> picks,
      Map<Integer, List<Double>> loops,
      List<Double> bytes,
      List<Double> matches)
      throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    Figure garbage = Figure.of("garbage per pick", "B", bytes);
    figures.add(garbage);
    // JMH's profiler allocates a little itself, which shows as parts of a byte.
    gates.add(Gate.atMost("garbage per pick", GARBAGE_GATE, "B", Math.floor(garbage.median())));
    picks.forEach(
        (endpoints, times) -> {
          String name = String.format(Locale.ROOT, "pick of %,d endpoints", endpoints);
          Figure loop =
              setup.bytesOnly
                  ? null
                  : Figure.of(
                      "flat loop of " + endpoints, "ns", loops.getOrDefault(endpoints, List.of()));
          Figure time = new Figure(name, "ns", times, loop);
          figures.add(time);
          if (!setup.bytesOnly) {
            gates.add(
                Gate.atMost(name, TIME_GATES.getOrDefault(endpoints, 0.0), "ns", time.median()));
          }
        });
    if (!setup.bytesOnly) {
      Figure slope = slope("time per further endpoint", picks, slope("flat loop", loops, null));
      figures.add(slope);
      gates.add(Gate.atMost("time per further endpoint", SLOPE_GATE, "ns", slope.median()));
      Figure match = Figure.of("pick with a match of 256 blocks", "ns", matches);
      figures.add(match);
      gates.add(Gate.atMost("pick with a match of 256 blocks", MATCH_GATE, "ns", match.median()));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rounds", Integer.toString(setup.rounds));
    settings.put("iterations", setup.iterations + " of " + setup.each.toMillis() + " ms");
    return Results.now(
        "pick",
        settings,
        figures,
        gates,
        List.of(
            "four scorers, charged and closed; a prompt of 16 blocks of which eight endpoints hold"
                + " some"));
  }

  /** Between 100 and 10,000 endpoints, round by round. */
  private static Figure slope(
      String name, Map<Integer, List<Double>> times, @Nullable Figure yardstick) {
    List<Double> few = times.getOrDefault(FROM, List.of());
    List<Double> many = times.getOrDefault(TO, List.of());
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < few.size(); i++) {
      slopes.add((many.get(i) - few.get(i)) / (TO - FROM));
    }
    return new Figure(name, "ns", slopes, yardstick);
  }
}
