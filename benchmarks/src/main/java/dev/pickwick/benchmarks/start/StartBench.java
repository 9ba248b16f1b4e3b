package dev.pickwick.benchmarks.start;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.machine.ControlGroup;
import dev.pickwick.benchmarks.picker.AotCache;
import dev.pickwick.benchmarks.picker.AotCache.Creation;
import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.Picker.Ready;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code bench start}: from the start of the process until its health is SERVING, which it is after
 * the first list of the pool and its pods.
 */
public final class StartBench {

  private static final double GATE_SECONDS = 2.5;
  private static final double GATE_CPU_SECONDS = 2;
  private static final double GATE_QUOTA_SECONDS = 12;
  private static final double GATED_QUOTA = 0.2;
  private static final double GATE_FIRST_MILLIS = 100;

  /** Ten seconds of it are a thousand requests. */
  private static final double FIRST_RATE = 100;

  private static final Duration FIRST_REQUESTS = Duration.ofSeconds(10);
  private static final int FIRST_CONCURRENCY = 32;
  private static final int FIRST_BYTES = 1024;
  private static final int LIMIT_MIB = 512;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double MIB = 1 << 20;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "start",
          """
          Usage: bench start [options]

          Starts the picker with TLS against an API server that knows a pool and its pods, again and
          again: seconds until gRPC health says SERVING, which is after the first list of the pods.
          First without, then with an AOT cache, which is made before; the latter is what counts.
          The first thousand requests of such a picker follow, 100 a second.

            --runs N           starts that count; one before them does not (5)
            --pods N           pods of the pool (100)
            --quota CPUS       processor time for further starts, imposed by the kernel (0.2)
            --quota-runs N     how many of them; 0: none (3)
            --api-delay MS     how long the fake API server takes to list the pods (0)
            --real-api-server  a kube-apiserver and etcd from the directory KUBEBUILDER_ASSETS
          """
              + Command.COMMON_HELP,
          Set.of("runs", "pods", "quota", "quota-runs", "api-delay"),
          Set.of("real-api-server"),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, UnaryOperator.identity(), progress);
          });

  private StartBench() {}

  /**
   * What is measured.
   *
   * @param runs starts that count, at least 1
   * @param pods of the pool, at least 1
   * @param quota of the limited starts, in processors
   * @param quotaRuns limited starts, 0 or more
   * @param apiDelay of the fake API server's list of the pods
   * @param realApiServer whether a real one takes its place
   */
  record Setup(
      int runs, int pods, double quota, int quotaRuns, Duration apiDelay, boolean realApiServer) {

    static Setup of(Arguments arguments) {
      boolean real = arguments.has("real-api-server");
      if (real && System.getenv(RealApiServer.ASSETS) == null) {
        throw new IllegalArgumentException(
            "--real-api-server: " + RealApiServer.ASSETS + " is not set (expected: a directory)");
      }
      return new Setup(
          Options.positive(arguments, "runs", 5),
          Options.positive(arguments, "pods", 100),
          Options.positive(arguments, "quota", GATED_QUOTA),
          Options.atLeast(arguments, "quota-runs", 0, 3),
          Duration.ofMillis(Options.atLeast(arguments, "api-delay", 0, 0)),
          real);
    }
  }

  /**
   * Measures.
   *
   * @param change made to the picker's setup before it is started
   */
  static Result measure(Setup setup, UnaryOperator<PickerSetup> change, PrintStream progress)
      throws IOException, InterruptedException {
    try (PodFarm pods = PodFarm.start(setup.pods, VllmPage.of(VllmPage.USUAL_BYTES));
        ApiServer api = apiServer(setup, pods.port())) {
      PickerSetup picker =
          change.apply(
              PickerSetup.of(
                      JavaSettings.forLimit(LIMIT_MIB),
                      "--pool-name=" + ApiObjects.POOL,
                      "--pool-namespace=" + ApiObjects.NAMESPACE)
                  .withVariable("KUBECONFIG", api.kubeconfig().toString()));
      var _ = start(picker); // reads the class path into the page cache, and warms our own gRPC
      List<Ready> bare = starts(setup.runs, picker, "start without a cache", progress);
      return switch (AotCache.make(picker)) {
        case Creation.Created(AotCache cache) -> {
          try (cache) {
            PickerSetup cached = cache.of(picker);
            Starts free = new Starts(starts(setup.runs, cached, "start", progress), "");
            Starts limited = limited(setup, cached, progress);
            var _ = firstRequests(cached); // what the client takes to get warm is not the picker's
            LoadFigures first = firstRequests(cached);
            yield result(setup, api, new Findings(bare, free, limited, first, cache.bytes()));
          }
        }
        case Creation.Refused(String reason) -> {
          Starts none = new Starts(List.of(), reason);
          yield result(setup, api, new Findings(bare, none, none, null, 0));
        }
      };
    }
  }

  /**
   * What was measured.
   *
   * @param bare starts without a cache
   * @param free starts with one
   * @param limited starts with one, under the quota
   * @param first the first requests after such a start; null without a cache
   * @param cacheBytes size of the cache
   */
  private record Findings(
      List<Ready> bare,
      Starts free,
      Starts limited,
      @Nullable LoadFigures first,
      long cacheBytes) {}

  private static ApiServer apiServer(Setup setup, int podPort)
      throws IOException, InterruptedException {
    return setup.realApiServer
        ? RealApiServer.start(setup.pods, podPort)
        : FakeApiProcess.start(setup.pods, podPort, setup.apiDelay);
  }

  /** Starts in some way, or why there are none. */
  private record Starts(List<Ready> all, String reason) {}

  private static Starts limited(Setup setup, PickerSetup picker, PrintStream progress)
      throws IOException, InterruptedException {
    if (setup.quotaRuns == 0) {
      return new Starts(List.of(), "--quota-runs is 0");
    }
    return switch (ControlGroup.create(ControlGroup.Limits.cpus(setup.quota))) {
      case ControlGroup.Creation.Created(ControlGroup group) -> {
        try (group) {
          String what = String.format(Locale.ROOT, "start at %.3g processors", setup.quota);
          yield new Starts(starts(setup.quotaRuns, picker.in(group), what, progress), "");
        }
      }
      case ControlGroup.Creation.Refused(String reason) -> new Starts(List.of(), reason);
    };
  }

  private static List<Ready> starts(int runs, PickerSetup picker, String what, PrintStream progress)
      throws IOException, InterruptedException {
    List<Ready> all = new ArrayList<>();
    for (int i = 1; i <= runs; i++) {
      Ready ready = start(picker);
      progress.printf(
          Locale.ROOT,
          "%s %d of %d: %.2f s, %.2f s of processor time%n",
          what,
          i,
          runs,
          ready.seconds(),
          ready.cpuSeconds());
      all.add(ready);
    }
    return all;
  }

  private static Ready start(PickerSetup setup) throws IOException, InterruptedException {
    try (Picker picker = Picker.start(setup)) {
      return picker.awaitReady(PATIENCE);
    }
  }

  /** The first thousand requests that a picker gets. */
  private static LoadFigures firstRequests(PickerSetup setup)
      throws IOException, InterruptedException {
    try (Picker picker = Picker.start(setup)) {
      picker.awaitReady(PATIENCE);
      LoadOptions load =
          LoadOptions.closed("127.0.0.1:" + picker.grpcPort(), FIRST_CONCURRENCY, FIRST_BYTES)
              .withTls()
              .withRate(FIRST_RATE);
      try (LoadClient client = LoadClient.connect(load)) {
        LoadFigures figures = client.run(FIRST_REQUESTS);
        if (figures.failed() > 0) {
          throw new IOException("of the first requests failed: " + figures.errors());
        }
        return figures;
      }
    }
  }

  private static Result result(Setup setup, ApiServer api, Findings found)
      throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    gates.add(gate("start to ready", GATE_SECONDS, found.free, Ready::seconds, figures));
    gates.add(gate("cpu to ready", GATE_CPU_SECONDS, found.free, Ready::cpuSeconds, figures));
    String slow = "start to ready at " + setup.quota + " processors";
    Gate ofSlow = gate(slow, GATE_QUOTA_SECONDS, found.limited, Ready::seconds, figures);
    if (setup.quota == GATED_QUOTA || found.limited.all.isEmpty()) {
      gates.add(ofSlow);
    }
    String first = "p99 of the first 1,000 requests";
    if (found.first == null) {
      gates.add(
          Gate.notMeasured(first, Gate.Bound.AT_MOST, GATE_FIRST_MILLIS, "ms", found.free.reason));
    } else {
      double millis = found.first.decisionMillis(99);
      figures.add(Figure.of(first, "ms", millis));
      gates.add(Gate.atMost(first, GATE_FIRST_MILLIS, "ms", millis));
      figures.add(Figure.of("memory when ready", "MiB", mebibytes(found.free.all)));
      figures.add(Figure.of("AOT cache", "MiB", found.cacheBytes / MIB));
    }
    figures.add(
        Figure.of("start to ready without a cache", "s", values(found.bare, Ready::seconds)));
    figures.add(
        Figure.of("cpu to ready without a cache", "s", values(found.bare, Ready::cpuSeconds)));
    figures.add(Figure.of("memory when ready without a cache", "MiB", mebibytes(found.bare)));
    return Results.now("start", settings(setup, api), figures, gates, List.of());
  }

  /** A gate of what starts took, and its figure; without starts it is not measured. */
  private static Gate gate(
      String name, double most, Starts starts, ToDoubleFunction<Ready> of, List<Figure> figures) {
    if (starts.all.isEmpty()) {
      return Gate.notMeasured(name, Gate.Bound.AT_MOST, most, "s", starts.reason);
    }
    Figure figure = Figure.of(name, "s", values(starts.all, of));
    figures.add(figure);
    return Gate.atMost(name, most, "s", figure.median());
  }

  private static List<Double> mebibytes(List<Ready> starts) {
    return values(starts, each -> each.residentBytes() / MIB);
  }

  private static Map<String, String> settings(Setup setup, ApiServer api) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("runs", Integer.toString(setup.runs));
    settings.put("pods", Integer.toString(setup.pods));
    settings.put("api-server", api.name());
    settings.put("api-delay", setup.apiDelay.toMillis() + " ms");
    settings.put("quota", Double.toString(setup.quota));
    settings.put("java", String.join(" ", JavaSettings.forLimit(LIMIT_MIB).options()));
    return settings;
  }

  private static List<Double> values(List<Ready> starts, ToDoubleFunction<Ready> of) {
    return starts.stream().map(of::applyAsDouble).toList();
  }
}
