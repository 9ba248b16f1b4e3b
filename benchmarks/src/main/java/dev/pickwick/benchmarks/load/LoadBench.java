package dev.pickwick.benchmarks.load;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.ResultText;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.machine.ProcessUsage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code bench load}: whole exchanges against any endpoint picker, many at once. */
public final class LoadBench {

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "load",
          """
          Usage: bench load --target HOST:PORT [options]

          Talks to an endpoint picker as agentgateway 1.2.1 does, many exchanges at once, and compares
          every byte that comes back. In the closed loop an exchange begins when another ends; at a
          rate, times count from the moment an exchange was due.

            --target H:P          the picker
            --concurrency N       exchanges at once at most (32)
            --rate R              exchanges due each second (0: closed loop)
            --body-bytes N        size of a request body (1024)
            --chunk-bytes N       most of it in one message (16384)
            --response-chunks N   events in a response (16)
            --prefix-groups N     prompts of a group differ at the end only (0: all differ at once)
            --connections N       HTTP/2 connections (4)
            --tls                 TLS, without verifying the certificate
            --duration S          how long, in seconds (10)
            --warmup S            how long before that without counting, in seconds (3)
            --pid N               process of the picker: its processor time and memory
            --markdown FILE       the result as a page
            --svg FILE            times by percentile as a picture
          """
              + Command.COMMON_HELP,
          Set.of(
              "target",
              "concurrency",
              "rate",
              "body-bytes",
              "chunk-bytes",
              "response-chunks",
              "prefix-groups",
              "connections",
              "duration",
              "warmup",
              "pid",
              "markdown",
              "svg"),
          Set.of("tls"),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, progress);
          });

  private static final Duration TICK = Duration.ofSeconds(5);
  private static final double MICROS = 1e6;
  private static final double MIB = 1 << 20;

  private LoadBench() {}

  /**
   * What is measured.
   *
   * @param warmUp run before without counting; zero for none
   * @param pid of the picker; 0: unknown
   */
  record Setup(
      LoadOptions options,
      Duration duration,
      Duration warmUp,
      int pid,
      @Nullable String markdown,
      @Nullable String svg) {

    static Setup of(Arguments arguments) {
      String target = arguments.text("target", "");
      int colon = target.lastIndexOf(':');
      if (colon < 1 || !target.substring(colon + 1).matches("\\d{1,5}")) {
        throw new IllegalArgumentException(
            "--target: \"" + target + "\" (expected: host:port of a picker)");
      }
      LoadOptions options =
          new LoadOptions(
              target,
              arguments.has("tls"),
              arguments.number("connections", 4),
              arguments.number("concurrency", 32),
              arguments.fraction("rate", 0),
              arguments.number("body-bytes", 1024),
              arguments.number("chunk-bytes", LoadOptions.USUAL_CHUNK_BYTES),
              arguments.number("response-chunks", 16),
              arguments.number("prefix-groups", 0),
              true);
      double warmUp = arguments.fraction("warmup", 3);
      if (!(warmUp >= 0 && Double.isFinite(warmUp))) {
        throw new IllegalArgumentException("--warmup: " + warmUp + " (expected: >= 0)");
      }
      return new Setup(
          options,
          Options.seconds(arguments, "duration", 10),
          Duration.ofNanos(Math.round(warmUp * 1e9)),
          Options.atLeast(arguments, "pid", 0, 0),
          arguments.text("markdown"),
          arguments.text("svg"));
    }
  }

  static Result measure(Setup setup, PrintStream progress)
      throws IOException, InterruptedException {
    try (LoadClient client = LoadClient.connect(setup.options)) {
      if (setup.warmUp.isPositive()) {
        progress.println("warming up ...");
        client.run(setup.warmUp);
      }
      ProcessUsage before = setup.pid == 0 ? null : ProcessUsage.of(setup.pid);
      LoadFigures figures = run(client, setup.duration, progress);
      ProcessUsage after = before == null ? null : ProcessUsage.of(setup.pid);
      Result result = result(setup, figures, before, after);
      if (setup.markdown != null) {
        Files.writeString(Path.of(setup.markdown), page(result));
      }
      if (setup.svg != null) {
        Files.writeString(Path.of(setup.svg), LatencyPlot.svg(figures));
      }
      if (figures.failed() > 0) {
        progress.println(ResultText.of(result));
        throw new IOException(
            figures.failed() + " exchanges failed: " + new TreeMap<>(figures.errors()));
      }
      return result;
    }
  }

  /** In pieces, for the sake of a line of progress now and then. */
  private static LoadFigures run(LoadClient client, Duration duration, PrintStream progress)
      throws InterruptedException {
    List<LoadFigures> pieces = new ArrayList<>();
    for (Duration left = duration; left.isPositive(); left = left.minus(TICK)) {
      LoadFigures piece = client.run(left.compareTo(TICK) < 0 ? left : TICK);
      pieces.add(piece);
      progress.printf(
          Locale.ROOT,
          "%,.0f/s, decision p50 %.2f ms, p99 %.2f ms, %d failed%n",
          piece.perSecond(),
          piece.decisionMillis(50),
          piece.decisionMillis(99),
          piece.failed());
    }
    return LoadFigures.sum(pieces);
  }

  private static Result result(
      Setup setup, LoadFigures load, @Nullable ProcessUsage before, @Nullable ProcessUsage after)
      throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.of("exchanges a second", "/s", load.perSecond()));
    for (double percentile : new double[] {50, 90, 99, 100}) {
      String name = percentile == 100 ? "max" : "p" + (int) percentile;
      figures.add(
          Figure.of(
              "last body byte to destination, " + name, "ms", load.decisionMillis(percentile)));
      figures.add(Figure.of("whole exchange, " + name, "ms", load.wholeMillis(percentile)));
    }
    figures.add(Figure.of("most on one endpoint ÷ mean", "", load.mostToMean()));
    figures.add(Figure.of("failed exchanges", "", (double) load.failed()));
    if (before != null && after != null) {
      double cpu = after.cpuSeconds() - before.cpuSeconds();
      figures.add(Figure.of("cpu per request", "µs", cpu * MICROS / load.requests()));
      figures.add(Figure.of("peak resident memory", "MiB", after.peakResidentBytes() / MIB));
    }
    List<String> remarks = new ArrayList<>();
    remarks.add("the client shares the machine with the picker");
    remarks.add("requests by endpoint: " + new TreeMap<>(load.destinations()));
    load.errors().forEach((what, count) -> remarks.add(count + " failed: " + what));
    List<Gate> gates = List.of(Gate.atMost("failed exchanges", 0, "", (double) load.failed()));
    return Results.now("load", settings(setup), figures, gates, remarks);
  }

  private static Map<String, String> settings(Setup setup) {
    LoadOptions options = setup.options;
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("concurrency", Integer.toString(options.concurrency()));
    settings.put("rate", options.rate() == 0 ? "closed loop" : options.rate() + " /s");
    settings.put("body", options.bodyBytes() + " bytes");
    settings.put("chunks", options.chunkBytes() + " bytes");
    settings.put("response", options.responseChunks() + " events");
    settings.put("prefix groups", Integer.toString(options.prefixGroups()));
    settings.put("connections", Integer.toString(options.connections()));
    settings.put("tls", Boolean.toString(options.tls()));
    settings.put("duration", setup.duration.toMillis() + " ms");
    return settings;
  }

  private static String page(Result result) {
    StringBuilder page = new StringBuilder("# Load\n\n| figure | value |\n|---|---:|\n");
    for (Figure figure : result.figures()) {
      page.append(
          String.format(
              Locale.ROOT, "| %s | %.3f %s |%n", figure.name(), figure.median(), figure.unit()));
    }
    result.settings().forEach((name, value) -> page.append("\n* ").append(name + ": " + value));
    result.remarks().forEach(remark -> page.append("\n* ").append(remark));
    return page.append('\n').toString();
  }
}
