package dev.pickwick.benchmarks.start;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.machine.ControlGroup;
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

/**
 * {@code bench start}: from the start of the process until its health is SERVING, which it is after
 * the first list of the pool and its pods.
 */
public final class StartBench {

  private static final double GATE_SECONDS = 2.5;
  private static final double GATE_CPU_SECONDS = 2;
  private static final double GATE_QUOTA_SECONDS = 12;
  private static final double GATED_QUOTA = 0.2;
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
      List<Ready> free = starts(setup.runs, picker, "start", progress);
      return result(setup, api, free, limited(setup, picker, progress));
    }
  }

  private static ApiServer apiServer(Setup setup, int podPort)
      throws IOException, InterruptedException {
    return setup.realApiServer
        ? RealApiServer.start(setup.pods, podPort)
        : FakeApiProcess.start(setup.pods, podPort, setup.apiDelay);
  }

  /** Starts under the quota, or why there are none. */
  private record Limited(List<Ready> starts, String reason) {}

  private static Limited limited(Setup setup, PickerSetup picker, PrintStream progress)
      throws IOException, InterruptedException {
    if (setup.quotaRuns == 0) {
      return new Limited(List.of(), "--quota-runs is 0");
    }
    return switch (ControlGroup.create(ControlGroup.Limits.cpus(setup.quota))) {
      case ControlGroup.Creation.Created(ControlGroup group) -> {
        try (group) {
          String what = String.format(Locale.ROOT, "start at %.3g processors", setup.quota);
          yield new Limited(starts(setup.quotaRuns, picker.in(group), what, progress), "");
        }
      }
      case ControlGroup.Creation.Refused(String reason) -> new Limited(List.of(), reason);
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

  private static Result result(Setup setup, ApiServer api, List<Ready> free, Limited limited)
      throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    Figure seconds = Figure.of("start to ready", "s", values(free, Ready::seconds));
    Figure cpu = Figure.of("cpu to ready", "s", values(free, Ready::cpuSeconds));
    figures.add(seconds);
    figures.add(cpu);
    figures.add(
        Figure.of("memory when ready", "MiB", values(free, each -> each.residentBytes() / MIB)));
    List<Gate> gates = new ArrayList<>();
    gates.add(Gate.atMost("start to ready", GATE_SECONDS, "s", seconds.median()));
    gates.add(Gate.atMost("cpu to ready", GATE_CPU_SECONDS, "s", cpu.median()));
    String name = "start to ready at 0.2 processors";
    if (limited.starts.isEmpty()) {
      gates.add(notMeasured(name, limited.reason));
    } else {
      Figure slow =
          Figure.of("start to ready under the quota", "s", values(limited.starts, Ready::seconds));
      figures.add(slow);
      gates.add(
          setup.quota == GATED_QUOTA
              ? Gate.atMost(name, GATE_QUOTA_SECONDS, "s", slow.median())
              : notMeasured(name, "the quota was " + setup.quota));
    }
    return Results.now("start", settings(setup, api), figures, gates, List.of());
  }

  private static Gate notMeasured(String name, String reason) {
    return Gate.notMeasured(name, Gate.Bound.AT_MOST, GATE_QUOTA_SECONDS, "s", reason);
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
