package dev.pickwick.benchmarks.cost;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.compare.Alternation;
import dev.pickwick.benchmarks.compare.Side;
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
 * {@code bench bodies}: processor time per request with large bodies, beside a floor that only
 * copies them in and out; and how much longer a decision takes after a large body than after a
 * small one.
 */
public final class BodyBench {

  /** Most processor time in that of the floor. */
  private static final double CPU_GATE = 2.0;

  /** Most additional time from the last byte to the decision, in milliseconds. */
  private static final double DELAY_GATE_MILLIS = 1;

  private static final int SMALL = 4 << 10;
  private static final int LARGE = 4 << 20;
  private static final int[] BODY_BYTES = {40 << 10, 400 << 10, LARGE};
  private static final int[] CONCURRENCY = {16, 8, 4};
  private static final int HEAP_MIB = 288;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "bodies",
          """
          Usage: bench bodies [options]

          Processor time per request with bodies of 40 KB, 400 KB and 4 MB, in turn with a floor that
          copies bodies in and out; and the time from the last body byte to the decision, 4 MB minus
          4 KB.

          """
              + Pace.HELP
              + Command.COMMON_HELP,
          Pace.OPTIONS,
          Set.of(),
          arguments -> {
            Pace pace = Pace.of(arguments);
            return progress -> measure(pace, Main.class, progress);
          });

  private BodyBench() {}

  static Result measure(Pace pace, Class<?> program, PrintStream progress)
      throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    try (Contest contest = Contest.start(FloorKind.ECHO, HEAP_MIB, program)) {
      for (int i = 0; i < BODY_BYTES.length; i++) {
        LoadOptions load = LoadOptions.closed("", CONCURRENCY[i], BODY_BYTES[i]);
        String body = " at " + size(BODY_BYTES[i]);
        progress.println("bodies of " + size(BODY_BYTES[i]) + ":");
        Alternation slices = contest.run(load, load, pace, progress);
        Figure floor = slices.ofB("echo" + body, "µs", Slice::cpuMicrosPerRequest);
        Figure cpu =
            new Figure(
                "cpu per request" + body,
                "µs",
                slices.ofA("", "", Slice::cpuMicrosPerRequest).values(),
                floor);
        figures.add(cpu);
        figures.add(
            new Figure(
                "exchanges a second" + body,
                "/s",
                slices.ofA("", "", each -> each.load().perSecond()).values(),
                slices.ofB("echo" + body, "/s", each -> each.load().perSecond())));
        gates.add(
            Gate.atMost(
                "cpu per request ÷ echo" + body, CPU_GATE, "", cpu.dividedBy(floor).median()));
      }
      delay(contest, pace, progress, figures, gates);
    }
    Map<String, String> settings = pace.settings();
    settings.put("chunks", "16384 bytes");
    return Results.now(
        "bodies",
        settings,
        figures,
        gates,
        List.of("the client shares the two cores with what it measures"));
  }

  /** One exchange at a time, so that nothing waits for anything else. */
  private static void delay(
      Contest contest, Pace pace, PrintStream progress, List<Figure> figures, List<Gate> gates)
      throws IOException, InterruptedException {
    progress.println("one at a time, bodies of 4 MB and 4 KB:");
    try (Side large = contest.picker(LoadOptions.closed("", 1, LARGE));
        Side small = contest.picker(LoadOptions.closed("", 1, SMALL))) {
      Alternation slices =
          Alternation.run(large, small, pace.warmUps(), pace.pairs(), pace.slice(), progress);
      Figure ofLarge =
          slices.ofA(
              "last byte to decision at 4 MB, p50", "ms", each -> each.load().decisionMillis(50));
      Figure ofSmall =
          slices.ofB(
              "last byte to decision at 4 KB, p50", "ms", each -> each.load().decisionMillis(50));
      List<Double> differences = new ArrayList<>();
      for (int i = 0; i < ofLarge.values().size(); i++) {
        differences.add(ofLarge.values().get(i) - ofSmall.values().get(i));
      }
      Figure difference =
          Figure.of("last byte to decision, 4 MB minus 4 KB, p50", "ms", differences);
      figures.addAll(List.of(ofLarge, ofSmall, difference));
      gates.add(
          Gate.atMost(
              "last byte to decision, 4 MB minus 4 KB",
              DELAY_GATE_MILLIS,
              "ms",
              difference.median()));
    }
  }

  private static String size(int bytes) {
    return bytes >= 1 << 20 ? (bytes >> 20) + " MB" : (bytes >> 10) + " KB";
  }
}
