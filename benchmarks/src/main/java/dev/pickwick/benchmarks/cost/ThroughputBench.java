package dev.pickwick.benchmarks.cost;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.compare.Alternation;
import dev.pickwick.benchmarks.compare.Slice;
import dev.pickwick.benchmarks.floor.FloorKind;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.epp.Main;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code bench throughput}: exchanges a second at small bodies, beside a floor that answers by
 * constants.
 */
public final class ThroughputBench {

  /** Least share of the floor's exchanges a second. */
  private static final double GATE = 0.60;

  /** Most of the floor's time that 99 of 100 exchanges may take at half of the picker's rate. */
  private static final double GATE_P99 = 2;

  private static final double HALF = 0.5;

  private static final int[] BODY_BYTES = {1024, 4096};
  private static final int CONCURRENCY = 32;
  private static final int HEAP_MIB = 192;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "throughput",
          """
          Usage: bench throughput [options]

          Exchanges a second with bodies of 1 KB and 4 KB over ten pods, in turn with a floor that
          answers by constants and gives no bodies back. Then both at half of the picker's rate, with
          bodies of 1 KB.

          """
              + Pace.HELP
              + Command.COMMON_HELP,
          Pace.OPTIONS,
          Set.of(),
          arguments -> {
            Pace pace = Pace.of(arguments);
            return progress -> measure(pace, Main.class, progress);
          });

  private ThroughputBench() {}

  static Result measure(Pace pace, Class<?> program, PrintStream progress)
      throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    try (Contest contest = Contest.start(FloorKind.NOOP, HEAP_MIB, program)) {
      double least = 0;
      for (int bytes : BODY_BYTES) {
        String body = " at " + bytes / 1024 + " KB";
        LoadOptions load = LoadOptions.closed("", CONCURRENCY, bytes);
        progress.println("bodies of " + bytes + " bytes:");
        Alternation slices = contest.run(load, load.withNothingGivenBack(), pace, progress);
        Figure floor =
            slices.ofB("no-op, exchanges a second" + body, "/s", each -> each.load().perSecond());
        Figure rate =
            new Figure(
                "exchanges a second" + body,
                "/s",
                slices.ofA("", "", each -> each.load().perSecond()).values(),
                floor);
        Figure floorCpu =
            slices.ofB("no-op, cpu per request" + body, "µs", Slice::cpuMicrosPerRequest);
        figures.add(rate);
        figures.add(
            new Figure(
                "cpu per request" + body,
                "µs",
                slices.ofA("", "", Slice::cpuMicrosPerRequest).values(),
                floorCpu));
        figures.add(
            new Figure(
                "decision p99" + body,
                "ms",
                slices.ofA("", "", each -> each.load().decisionMillis(99)).values(),
                slices.ofB("no-op, p99" + body, "ms", each -> each.load().decisionMillis(99))));
        gates.add(
            Gate.atLeast(
                "exchanges a second ÷ no-op" + body, GATE, "", rate.dividedBy(floor).median()));
        least = least == 0 ? rate.median() : least;
      }
      progress.println("bodies of 1 KB at half of that rate:");
      LoadOptions half = LoadOptions.closed("", CONCURRENCY, BODY_BYTES[0]).withRate(least * HALF);
      Alternation calm = contest.run(half, half.withNothingGivenBack(), pace, progress);
      Figure floorP99 =
          calm.ofB("no-op, p99 at half the rate", "ms", each -> each.load().decisionMillis(99));
      Figure p99 =
          new Figure(
              "decision p99 at half the rate",
              "ms",
              calm.ofA("", "", each -> each.load().decisionMillis(99)).values(),
              floorP99);
      figures.add(p99);
      gates.add(
          Gate.atMost(
              "decision p99 at half the rate ÷ no-op",
              GATE_P99,
              "",
              p99.dividedBy(floorP99).median()));
    }
    Map<String, String> settings = pace.settings();
    settings.put("concurrency", Integer.toString(CONCURRENCY));
    return Results.now(
        "throughput",
        settings,
        figures,
        gates,
        List.of("the client shares the two cores with what it measures"));
  }
}
