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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code bench events}: processor time per event of a streamed response, beside one that echoes.
 */
public final class EventBench {

  /** Most processor time for an event, in microseconds. */
  private static final double GATE_MICROS = 5;

  private static final int EVENTS = 1000;
  private static final int CONCURRENCY = 16;
  private static final int BODY_BYTES = 1024;
  private static final int HEAP_MIB = 192;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "events",
          """
          Usage: bench events [options]

          Processor time per event of responses of 1000 events, one event a message, in turn with a
          floor that echoes them. The request's own cost is in it, divided by 1000.

          """
              + Pace.HELP
              + Command.COMMON_HELP,
          Pace.OPTIONS,
          Set.of(),
          arguments -> {
            Pace pace = Pace.of(arguments);
            return progress -> measure(pace, Main.class, progress);
          });

  private EventBench() {}

  static Result measure(Pace pace, Class<?> program, PrintStream progress)
      throws IOException, InterruptedException {
    LoadOptions load = LoadOptions.closed("", CONCURRENCY, BODY_BYTES).withResponseChunks(EVENTS);
    try (Contest contest = Contest.start(FloorKind.ECHO, HEAP_MIB, program)) {
      Alternation slices = contest.run(load, load, pace, progress);
      Figure cpu =
          new Figure(
              "cpu per streamed event",
              "µs",
              slices.ofA("", "", EventBench::cpuPerEvent).values(),
              slices.ofB("echo", "µs", EventBench::cpuPerEvent));
      Figure rate =
          new Figure(
              "events a second",
              "/s",
              slices.ofA("", "", EventBench::eventsPerSecond).values(),
              slices.ofB("echo", "/s", EventBench::eventsPerSecond));
      Map<String, String> settings = pace.settings();
      settings.put("concurrency", Integer.toString(CONCURRENCY));
      settings.put("events", Integer.toString(EVENTS));
      return Results.now(
          "events",
          settings,
          List.of(cpu, rate),
          List.of(Gate.atMost("cpu per streamed event", GATE_MICROS, "µs", cpu.median())),
          List.of("the client shares the two cores with what it measures"));
    }
  }

  private static double cpuPerEvent(Slice slice) {
    return slice.cpuMicrosPerRequest() / EVENTS;
  }

  private static double eventsPerSecond(Slice slice) {
    return slice.load().perSecond() * EVENTS;
  }
}
