package dev.pickwick.benchmarks.flame;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench flame}: what the picker's processor time is spent on under a load, with a picture.
 */
public final class FlameBench {

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "flame",
          """
          Usage: bench flame [options]

          Samples the stacks of a picker under load and adds up what its processor time is spent on.

            --load NAME    small: 32 requests of 1 KB at once, 16 events in a response;
                           large: 150 requests of 220 KB at once (small)
            --duration S   how long is sampled, in seconds (10)
            --warmup S     how long the load runs before, in seconds (10)
            --svg FILE     a flame graph
          """
              + Command.COMMON_HELP,
          Set.of("load", "duration", "warmup", "svg"),
          Set.of(),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, progress);
          });

  private static final int PODS = 10;
  private static final int PAGE_BYTES = 42_000;
  private static final int SMALL_BYTES = 1024;
  private static final int SMALL_CONCURRENCY = 32;
  private static final int SMALL_EVENTS = 16;
  private static final int LARGE_BYTES = 220_000;
  private static final int LARGE_CONCURRENCY = 150;
  private static final int HEAP_MIB = 288;
  private static final Duration START = Duration.ofSeconds(60);
  private static final double PERCENT = 100;
  private static final double NANOS = 1e9;

  private FlameBench() {}

  /**
   * What is sampled.
   *
   * @param load name of the load
   * @param duration how long
   * @param warmUp how long the load runs before
   * @param svg where the picture goes; null: nowhere
   */
  record Setup(String load, Duration duration, Duration warmUp, @Nullable String svg) {

    static Setup of(Arguments arguments) {
      String load = arguments.text("load", "small");
      if (!load.equals("small") && !load.equals("large")) {
        throw new IllegalArgumentException("--load: " + load + " (expected: small or large)");
      }
      return new Setup(
          load,
          Options.seconds(arguments, "duration", 10),
          Options.seconds(arguments, "warmup", 10),
          arguments.text("svg"));
    }

    LoadOptions options(int port) {
      String target = "127.0.0.1:" + port;
      return load.equals("small")
          ? LoadOptions.closed(target, SMALL_CONCURRENCY, SMALL_BYTES)
              .withResponseChunks(SMALL_EVENTS)
          : LoadOptions.closed(target, LARGE_CONCURRENCY, LARGE_BYTES);
    }
  }

  static Result measure(Setup setup, PrintStream progress)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("pickwick-flame");
    Path settings = Files.writeString(directory.resolve("settings.jfc"), Samples.SETTINGS);
    Path endpoints = directory.resolve("endpoints.yaml");
    Path recording = directory.resolve("picker.jfr");
    try (PodFarm pods = PodFarm.start(PODS, VllmPage.of(PAGE_BYTES))) {
      Files.writeString(endpoints, pods.endpointsFile());
      Course course = run(setup, settings, endpoints, recording, progress);
      return result(setup, course, recording);
    } finally {
      for (Path file : List.of(settings, endpoints, recording, directory)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The sampled stretch of the load. */
  private record Course(Instant from, Instant to, double cpuSeconds, LoadFigures load) {}

  private static Course run(
      Setup setup, Path settings, Path endpoints, Path recording, PrintStream progress)
      throws IOException, InterruptedException {
    JavaSettings java = JavaSettings.forHeap(HEAP_MIB);
    List<String> options = new ArrayList<>(java.options());
    options.add("-XX:StartFlightRecording:settings=" + settings + ",filename=" + recording);
    // Without it, time in inlined methods would count for a neighbour.
    options.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints"));
    PickerSetup picker =
        PickerSetup.of(
            new JavaSettings(options, java.environment()),
            "--endpoints-file=" + endpoints,
            "--secure-serving=false",
            "-v=1");
    // The recording is written when the picker ends.
    try (Picker running = Picker.start(picker)) {
      running.awaitReady(START);
      try (LoadClient client = LoadClient.connect(setup.options(running.grpcPort()))) {
        progress.println("warming up ...");
        client.run(setup.warmUp);
        progress.println("sampling ...");
        double before = running.program().usage().cpuSeconds();
        Instant from = Instant.now();
        LoadFigures load = client.run(setup.duration);
        Instant to = Instant.now();
        double cpu = running.program().usage().cpuSeconds() - before;
        if (load.failed() > 0) {
          throw new IOException("exchanges failed: " + load.errors());
        }
        return new Course(from, to, cpu, load);
      }
    }
  }

  private static Result result(Setup setup, Course course, Path recording)
      throws IOException, InterruptedException {
    Costs costs = new Costs();
    CallTree tree = CallTree.root("picker");
    Samples.read(
        recording,
        course.from,
        course.to,
        (thread, stack, nanos) -> {
          List<String> all = new ArrayList<>();
          all.add(thread);
          all.addAll(stack);
          tree.add(all, nanos);
          costs.add(stack, nanos);
        });
    if (tree.nanos() == 0) {
      throw new IOException("no stack was sampled (does this JDK know " + Samples.EVENT + "?)");
    }
    long rest = Math.round(course.cpuSeconds * NANOS) - tree.nanos();
    if (rest > 0) {
      costs.add("the Java machine itself: collecting garbage, compiling", rest);
    }
    double micros = course.cpuSeconds * 1e6 / course.load.requests();
    String title =
        String.format(
            Locale.ROOT,
            "Picker under the %s load: %,.0f exchanges/s, %.0f µs of processor time each",
            setup.load,
            course.load.perSecond(),
            micros);
    if (setup.svg != null) {
      Path file = Path.of(setup.svg);
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, FlameGraph.svg(title, tree));
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.of("cpu per request", "µs", micros));
    for (Costs.Cost cost : costs.largestFirst()) {
      figures.add(Figure.of(cost.what(), "%", PERCENT * cost.share()));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("load", setup.load);
    settings.put("duration", setup.duration.toMillis() + " ms");
    return Results.now("flame-" + setup.load, settings, figures, List.of(), List.of(title));
  }
}
