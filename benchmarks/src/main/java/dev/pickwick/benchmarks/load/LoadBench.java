package dev.pickwick.benchmarks.load;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.ResultText;
import dev.pickwick.benchmarks.floor.FloorKind;
import dev.pickwick.benchmarks.floor.FloorProgram;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            --yardstick KIND      a floor loaded in turn with the picker, as long again: echo, noop or
                                  none (echo)
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
              "yardstick",
              "pid",
              "markdown",
              "svg"),
          Set.of("tls"),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, progress);
          });

  private static final int LEAST_SLICES = 4;
  private static final Duration LONGEST_SLICE = Duration.ofSeconds(5);
  private static final String NO_YARDSTICK = "none";

  private LoadBench() {}

  /**
   * What is measured.
   *
   * @param warmUp run before without counting; zero for none
   * @param yardstick {@code echo}, {@code noop} or {@code none}
   * @param pid of the picker; 0: unknown
   */
  record Setup(
      LoadOptions options,
      Duration duration,
      Duration warmUp,
      String yardstick,
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
      String yardstick = arguments.text("yardstick", "echo");
      if (!Set.of("echo", "noop", NO_YARDSTICK).contains(yardstick)) {
        throw new IllegalArgumentException(
            "--yardstick: \"" + yardstick + "\" (expected: echo, noop or none)");
      }
      return new Setup(
          options,
          Options.seconds(arguments, "duration", 10),
          Duration.ofNanos(Math.round(warmUp * 1e9)),
          yardstick,
          Options.atLeast(arguments, "pid", 0, 0),
          arguments.text("markdown"),
          arguments.text("svg"));
    }
  }

  static Result measure(Setup setup, PrintStream progress)
      throws IOException, InterruptedException {
    if (setup.pid != 0 && ProcessHandle.of(setup.pid).isEmpty()) {
      throw new IOException("--pid: " + setup.pid + " (expected: a process of this machine)");
    }
    try (LoadClient client = LoadClient.connect(setup.options);
        Yardstick floor = Yardstick.start(setup)) {
      if (setup.warmUp.isPositive()) {
        progress.println("warming up ...");
        client.run(setup.warmUp);
        floor.warmUp(setup.warmUp);
      }
      List<MeasuredSlice> slices = new ArrayList<>();
      int count = slices(setup.duration);
      Duration length = setup.duration.dividedBy(count);
      for (int i = 0; i < count; i++) {
        if (i % 2 == 1) {
          floor.slice(length);
        }
        MeasuredSlice slice = MeasuredSlice.run(client, length, setup.pid);
        if (i % 2 == 0) {
          floor.slice(length);
        }
        slices.add(slice);
        progress.println(line(i + 1, count, slice.load()));
      }
      Result result = LoadReport.result(setup, slices, floor.slices());
      LoadFigures all = LoadFigures.sum(slices.stream().map(MeasuredSlice::load).toList());
      write(setup, result, all);
      if (all.failed() > 0) {
        progress.println(ResultText.of(result));
        throw new IOException(all.failed() + " exchanges failed: " + new TreeMap<>(all.errors()));
      }
      return result;
    }
  }

  private static int slices(Duration duration) {
    return (int) Math.max(LEAST_SLICES, duration.dividedBy(LONGEST_SLICE));
  }

  private static String line(int number, int of, LoadFigures load) {
    return String.format(
        Locale.ROOT,
        "slice %d of %d: %,.0f/s, decision p50 %.2f ms, p99 %.2f ms, %d failed",
        number,
        of,
        load.perSecond(),
        load.decisionMillis(50),
        load.decisionMillis(99),
        load.failed());
  }

  private static void write(Setup setup, Result result, LoadFigures all) throws IOException {
    if (setup.markdown != null) {
      Files.writeString(Path.of(setup.markdown), LoadReport.page(result));
    }
    if (setup.svg != null) {
      Files.writeString(Path.of(setup.svg), LatencyPlot.svg(all));
    }
  }

  /**
   * The floor that is loaded in turn with the picker.
   *
   * @param program null without a yardstick
   * @param client null without a yardstick
   */
  private record Yardstick(
      @Nullable FloorProgram program, @Nullable LoadClient client, List<MeasuredSlice> slices)
      implements AutoCloseable {

    static Yardstick start(Setup setup) throws IOException, InterruptedException {
      if (setup.yardstick.equals(NO_YARDSTICK)) {
        return new Yardstick(null, null, List.of());
      }
      FloorKind kind = setup.yardstick.equals("echo") ? FloorKind.ECHO : FloorKind.NOOP;
      FloorProgram program =
          FloorProgram.start(kind, setup.options.tls(), FloorProgram.USUAL_OPTIONS);
      LoadOptions load = setup.options.withTarget(program.target());
      try {
        LoadClient client =
            LoadClient.connect(kind == FloorKind.ECHO ? load : load.withNothingGivenBack());
        return new Yardstick(program, client, new ArrayList<>());
      } catch (IOException | InterruptedException e) {
        program.close();
        throw e;
      }
    }

    void warmUp(Duration length) throws InterruptedException {
      if (client != null) {
        client.run(length);
      }
    }

    void slice(Duration length) throws IOException, InterruptedException {
      if (client != null && program != null) {
        slices.add(MeasuredSlice.run(client, length, program.pid()));
      }
    }

    @Override
    public void close() throws IOException {
      if (client != null && program != null) {
        client.close();
        program.close();
      }
    }
  }
}
