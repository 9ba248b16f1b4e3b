package dev.pickwick.benchmarks.memory;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.machine.ControlGroup;
import dev.pickwick.benchmarks.machine.ControlGroup.Creation;
import dev.pickwick.benchmarks.memory.Scenario.Course;
import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.epp.Main;
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

/** {@code bench memory}: most memory of the picker under load, inside a limit that is imposed. */
public final class MemoryBench {

  private static final double GATE_MIB = 230;
  private static final double GATE_PER_SECOND = 800;
  private static final int WANTED_ENTRIES = 1_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double MIB = 1 << 20;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "memory",
          """
          Usage: bench memory [options]

          The picker under a memory limit, with the Java options that docs/operations.md recommends
          for it. Scenario "index": 256 MiB, pods that are scraped, a prefix index of a million
          entries, 1,000 requests of 4 KB a second. Scenario "bodies": 512 MiB, 150 bodies of 220 KB
          at once.

            --scenario NAME  index, bodies or both (both)
            --pods N         pods that are scraped (100)
            --entries N      entries wanted in the prefix index (1000000)
            --duration S     length of the measured traffic, in seconds (30)
            --heap MIB       greatest heap instead of the recommended one
            --sampled        look at resident memory every 50 ms, even where the kernel could limit
          """
              + Command.COMMON_HELP,
          Set.of("scenario", "pods", "entries", "duration", "heap"),
          Set.of("sampled"),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, new LoadTraffic(), Main.class, progress);
          });

  private MemoryBench() {}

  /**
   * What is measured.
   *
   * @param scenarios in their order
   * @param pods that are scraped, at least 1
   * @param entries wanted in the prefix index, at least 0
   * @param duration of the measured traffic
   * @param heapMib greatest heap, in MiB; 0: as recommended
   * @param sampled whether no control group is to be used
   */
  record Setup(
      List<Scenario> scenarios,
      int pods,
      int entries,
      Duration duration,
      int heapMib,
      boolean sampled) {

    static Setup of(Arguments arguments) {
      return new Setup(
          scenarios(arguments.text("scenario", "both")),
          Options.positive(arguments, "pods", 100),
          Options.atLeast(arguments, "entries", 0, WANTED_ENTRIES),
          Options.seconds(arguments, "duration", 30),
          Options.atLeast(arguments, "heap", 0, 0),
          arguments.has("sampled"));
    }

    private static List<Scenario> scenarios(String text) {
      return switch (text) {
        case "index" -> List.of(Scenario.INDEX);
        case "bodies" -> List.of(Scenario.BODIES);
        case "both" -> List.of(Scenario.INDEX, Scenario.BODIES);
        default ->
            throw new IllegalArgumentException(
                "--scenario: \"" + text + "\" (expected: index, bodies or both)");
      };
    }

    JavaSettings java(Scenario scenario) {
      return heapMib > 0
          ? JavaSettings.forHeap(heapMib)
          : JavaSettings.forLimit(scenario.limitMib());
    }
  }

  /** What is collected on the way. */
  private static final class Findings {
    private final List<Figure> figures = new ArrayList<>();
    private final List<Gate> gates = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
  }

  /**
   * Measures.
   *
   * @param program the picker's main class
   */
  static Result measure(Setup setup, Traffic traffic, Class<?> program, PrintStream progress)
      throws IOException, InterruptedException {
    Findings findings = new Findings();
    for (Scenario scenario : setup.scenarios) {
      measure(setup, scenario, traffic, program, findings, progress);
    }
    return Results.now(
        "memory", settings(setup), findings.figures, findings.gates, findings.remarks);
  }

  private static void measure(
      Setup setup,
      Scenario scenario,
      Traffic traffic,
      Class<?> program,
      Findings findings,
      PrintStream progress)
      throws IOException, InterruptedException {
    long limit = (long) scenario.limitMib() << 20;
    Path endpoints = Files.createTempFile("pickwick-endpoints", ".yaml");
    try (PodFarm pods = PodFarm.start(setup.pods, VllmPage.of(VllmPage.USUAL_BYTES))) {
      Files.writeString(endpoints, pods.endpointsFile());
      PickerSetup picker =
          PickerSetup.of(
                  setup.java(scenario), "--endpoints-file=" + endpoints, "--secure-serving=false")
              .running(program);
      progress.printf(
          Locale.ROOT,
          "%s: %d MiB, %s%n",
          scenario.text(),
          scenario.limitMib(),
          picker.javaOptions());
      try (ConfinedPicker confined = ConfinedPicker.start(picker, limit, creation(setup, limit))) {
        Course course = course(setup, scenario, traffic, confined, progress);
        tell(setup, scenario, course, confined, findings);
      }
    } finally {
      Files.deleteIfExists(endpoints);
    }
  }

  private static Creation creation(Setup setup, long limit) {
    return setup.sampled
        ? new Creation.Refused("--sampled")
        : ControlGroup.create(ControlGroup.Limits.memory(limit));
  }

  /** A picker that is killed on the way has answered nothing. */
  private static Course course(
      Setup setup,
      Scenario scenario,
      Traffic traffic,
      ConfinedPicker confined,
      PrintStream progress)
      throws IOException, InterruptedException {
    Course killed = new Course(0, 0, 0);
    try {
      confined.picker().awaitReady(PATIENCE);
      Course course =
          scenario.run(confined.picker(), traffic, setup.entries, setup.duration, progress);
      return confined.isKilled() ? killed : course;
    } catch (IOException e) {
      if (confined.isKilled()) {
        return killed;
      }
      throw e;
    }
  }

  private static void tell(
      Setup setup, Scenario scenario, Course course, ConfinedPicker confined, Findings findings) {
    String at = ", " + scenario.text() + " at " + scenario.limitMib() + " MiB";
    double peak = confined.peakResidentBytes() / MIB;
    double kills = confined.isKilled() ? 1 : 0;
    findings.figures.add(Figure.of("peak memory" + at, "MiB", peak));
    confined
        .peakCountedBytes()
        .ifPresent(
            bytes -> findings.figures.add(Figure.of("peak counted" + at, "MiB", bytes / MIB)));
    findings.figures.add(Figure.of("requests a second" + at, "/s", course.perSecond()));
    findings.figures.add(Figure.of("failed requests" + at, "", (double) course.failures()));
    findings.gates.add(Gate.atMost("killed for its memory" + at, 0, "", kills));
    switch (scenario) {
      case INDEX -> {
        findings.figures.add(Figure.of("prefix index entries" + at, "", (double) course.entries()));
        findings.gates.add(
            Gate.atLeast(
                "prefix index entries" + at, setup.entries, "", (double) course.entries()));
        findings.gates.add(Gate.atMost("peak memory" + at, GATE_MIB, "MiB", peak));
      }
      case BODIES ->
          findings.gates.add(
              Gate.atLeast("requests a second" + at, GATE_PER_SECOND, "/s", course.perSecond()));
    }
    findings.remarks.add(scenario.text() + ": the limit is imposed by " + confined.how());
  }

  private static Map<String, String> settings(Setup setup) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("pods", Integer.toString(setup.pods));
    settings.put("entries", Integer.toString(setup.entries));
    settings.put("duration", setup.duration.toMillis() + " ms");
    for (Scenario scenario : setup.scenarios) {
      settings.put("java for " + scenario.text(), String.join(" ", setup.java(scenario).options()));
    }
    return settings;
  }
}
