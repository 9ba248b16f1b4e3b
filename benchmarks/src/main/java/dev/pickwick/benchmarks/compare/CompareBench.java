package dev.pickwick.benchmarks.compare;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.machine.ProcessUsage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** {@code bench compare}: two endpoint pickers of any make, in turn under the same load. */
public final class CompareBench {

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "compare",
          """
          Usage: bench compare --a PICKER --b PICKER [options]

          Two pickers under the same load in turn, A B B A ..., and their ratio pair by pair. A picker
          is an address, host:port, or a command line that starts one; in it {port} stands for a free
          port, which it must then serve ext_proc on, {port1} and {port2} for further free ones.

            --a PICKER, --b PICKER
            --a-pid N, --b-pid N  process of a picker given by address: its processor time and memory
            --concurrency N       exchanges at once (32)
            --body-bytes N        size of a request body (1024)
            --chunk-bytes N       most of it in one message (16384)
            --response-chunks N   events in a response (1)
            --connections N       HTTP/2 connections to each (4)
            --tls                 TLS, without verifying the certificate
            --pairs N             measured pairs of slices (6)
            --warmup N            pairs before them that do not count (2)
            --slice S             length of a slice, in seconds (3)

          For example: bench compare --a '127.0.0.1:9002' --b 'java -jar other.jar --port {port}'
          """
              + Command.COMMON_HELP,
          Set.of(
              "a",
              "b",
              "a-pid",
              "b-pid",
              "concurrency",
              "body-bytes",
              "chunk-bytes",
              "response-chunks",
              "connections",
              "pairs",
              "warmup",
              "slice"),
          Set.of("tls"),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, progress);
          });

  private static final Duration START = Duration.ofSeconds(30);
  private static final double MIB = 1 << 20;

  private CompareBench() {}

  /**
   * What is compared.
   *
   * @param load its target is put in for each side
   */
  record Setup(Rival a, Rival b, LoadOptions load, int pairs, int warmUps, Duration slice) {

    static Setup of(Arguments arguments) {
      return new Setup(
          Rival.of("a", arguments.text("a", ""), Options.atLeast(arguments, "a-pid", 0, 0)),
          Rival.of("b", arguments.text("b", ""), Options.atLeast(arguments, "b-pid", 0, 0)),
          new LoadOptions(
              "",
              arguments.has("tls"),
              arguments.number("connections", 4),
              arguments.number("concurrency", 32),
              0,
              arguments.number("body-bytes", 1024),
              arguments.number("chunk-bytes", 16 << 10),
              arguments.number("response-chunks", 1),
              0,
              true),
          Options.positive(arguments, "pairs", 6),
          Options.atLeast(arguments, "warmup", 0, 2),
          Options.seconds(arguments, "slice", 3));
    }
  }

  static Result measure(Setup setup, PrintStream progress)
      throws IOException, InterruptedException {
    try (Rival.Running a = setup.a.start();
        Rival.Running b = setup.b.start();
        Side sideA = Side.connect("a", setup.load.withTarget(a.target()), a.pid());
        Side sideB = Side.connect("b", setup.load.withTarget(b.target()), b.pid())) {
      if (a.program() != null) {
        sideA.awaitGoodAnswers(START);
      }
      if (b.program() != null) {
        sideB.awaitGoodAnswers(START);
      }
      Alternation slices =
          Alternation.run(sideA, sideB, setup.warmUps, setup.pairs, setup.slice, progress);
      List<Figure> figures = new ArrayList<>();
      ratio(figures, slices, "exchanges a second", "/s", slice -> slice.load().perSecond());
      ratio(figures, slices, "decision p50", "ms", slice -> slice.load().decisionMillis(50));
      ratio(figures, slices, "decision p99", "ms", slice -> slice.load().decisionMillis(99));
      if (a.pid() != 0 && b.pid() != 0) {
        ratio(figures, slices, "cpu per request", "µs", Slice::cpuMicrosPerRequest);
        figures.add(Figure.of("peak resident memory of a", "MiB", peakMib(a.pid())));
        figures.add(Figure.of("peak resident memory of b", "MiB", peakMib(b.pid())));
      }
      return Results.now(
          "compare",
          settings(setup),
          figures,
          List.of(),
          List.of("the client shares the machine with both pickers"));
    }
  }

  private static void ratio(
      List<Figure> figures,
      Alternation slices,
      String name,
      String unit,
      ToDoubleFunction<Slice> value) {
    Figure a = slices.ofA(name + " of a", unit, value);
    Figure b = slices.ofB(name + " of b", unit, value);
    figures.add(a);
    figures.add(b);
    figures.add(Figure.of(name + ", a ÷ b", "", a.dividedBy(b).values()));
  }

  private static double peakMib(long pid) throws IOException {
    return ProcessUsage.of(pid).peakResidentBytes() / MIB;
  }

  private static Map<String, String> settings(Setup setup) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("a", setup.a.text());
    settings.put("b", setup.b.text());
    settings.put("concurrency", Integer.toString(setup.load.concurrency()));
    settings.put("body", setup.load.bodyBytes() + " bytes");
    settings.put("response", setup.load.responseChunks() + " events");
    settings.put("tls", Boolean.toString(setup.load.tls()));
    settings.put("slice", setup.slice.toMillis() + " ms");
    settings.put("pairs", Integer.toString(setup.pairs));
    return settings;
  }
}
