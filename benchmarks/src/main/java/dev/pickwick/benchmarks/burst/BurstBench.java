package dev.pickwick.benchmarks.burst;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code bench burst}: most requests of an endpoint divided by the mean, for requests that come all
 * at once and are all placed before the first of them ends.
 */
public final class BurstBench {

  private static final int LIMIT_MIB = 512;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** So rare that a burst falls between two scrapes, however slow the machine. */
  private static final String RARE_SCRAPES = "--refresh-metrics-interval=1h";

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "burst",
          """
          Usage: bench burst [options]

          Requests that come all at once, over gRPC to the picker in a process of its own, and are
          all placed before the first of them ends: most requests of an endpoint ÷ mean. The
          endpoints are equal and no scrape falls into a burst; 1 is exactly even.

            --sizes N,N...   requests of a burst (100,1000)
            --endpoints N    endpoints (10)
            --rounds N       bursts of each size, one after the other (3)
            --connections N  connections to the picker (4)
            --config FILE    an EndpointPickerConfig (the default profile)
          """
              + Command.COMMON_HELP,
          Set.of("sizes", "endpoints", "rounds", "connections", "config"),
          Set.of(),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, progress);
          });

  private BurstBench() {}

  /**
   * What is measured.
   *
   * @param sizes requests of a burst, each at least 1
   * @param endpoints how many there are, at least 1
   * @param rounds bursts of each size, at least 1
   * @param connections to the picker, at least 1
   * @param config file of the picker's configuration; empty: the default
   */
  record Setup(List<Integer> sizes, int endpoints, int rounds, int connections, String config) {

    static Setup of(Arguments arguments) {
      Setup setup =
          new Setup(
              sizes(arguments.text("sizes", "100,1000")),
              Options.positive(arguments, "endpoints", 10),
              Options.positive(arguments, "rounds", 3),
              Options.positive(arguments, "connections", 4),
              arguments.text("config", ""));
      if (!setup.config.isEmpty() && !Files.isReadable(Path.of(setup.config))) {
        throw new IllegalArgumentException("--config: " + setup.config + " (expected: a file)");
      }
      return setup;
    }

    private static List<Integer> sizes(String text) {
      try {
        List<Integer> sizes = Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
        if (sizes.stream().allMatch(size -> size > 0)) {
          return sizes;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(message(text), e);
      }
      throw new IllegalArgumentException(message(text));
    }

    private static String message(String text) {
      return "--sizes: \"" + text + "\" (expected: whole numbers > 0, with commas between)";
    }
  }

  /** Measures. */
  static Result measure(Setup setup, PrintStream progress)
      throws IOException, InterruptedException {
    Path endpoints = Files.createTempFile("pickwick-endpoints", ".yaml");
    try (PodFarm pods = PodFarm.start(setup.endpoints, VllmPage.of(VllmPage.USUAL_BYTES))) {
      Files.writeString(endpoints, pods.endpointsFile());
      try (Picker picker = Picker.start(picker(setup, endpoints))) {
        picker.awaitReady(PATIENCE);
        picker.program().await(() -> scrapes(picker) >= setup.endpoints, PATIENCE);
        try (Bursts bursts = new Bursts(picker.grpcPort(), setup.connections)) {
          return result(setup, bursts, progress);
        }
      }
    } finally {
      Files.deleteIfExists(endpoints);
    }
  }

  private static PickerSetup picker(Setup setup, Path endpoints) {
    List<String> flags = new ArrayList<>();
    flags.add("--endpoints-file=" + endpoints);
    flags.add("--secure-serving=false");
    flags.add(RARE_SCRAPES);
    if (!setup.config.isEmpty()) {
      flags.add("--config-file=" + setup.config);
    }
    return PickerSetup.of(JavaSettings.forLimit(LIMIT_MIB)).withFlags(flags);
  }

  private static Result result(Setup setup, Bursts bursts, PrintStream progress)
      throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    for (int size : setup.sizes) {
      List<Double> spreads = new ArrayList<>();
      for (int i = 1; i <= setup.rounds; i++) {
        Map<String, Integer> counts = bursts.burst(size);
        spreads.add(spread(counts, size, setup.endpoints));
        progress.printf(
            Locale.ROOT, "burst %d of %d of %d: %s%n", i, setup.rounds, size, counts.values());
      }
      String name = "most ÷ mean at " + size + " at once";
      Figure figure = Figure.of(name, "", spreads);
      figures.add(figure);
      gates.add(Gate.atMost(name, evenest(size, setup.endpoints), "", figure.greatest()));
    }
    List<String> remarks =
        List.of("equal endpoints, prompts with nothing in common, no scrape during a burst");
    return Results.now("burst", settings(setup), figures, gates, remarks);
  }

  /** Most ÷ mean; who got nothing counts in the mean. */
  static double spread(Map<String, Integer> counts, int size, int endpoints) {
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return (double) most * endpoints / size;
  }

  /** The least that is possible: 1 where the burst can be divided evenly. */
  private static double evenest(int size, int endpoints) {
    return (double) Math.ceilDiv(size, endpoints) * endpoints / size;
  }

  private static double scrapes(Picker picker) {
    try {
      return picker.metric("pickwick_scrapes_total").orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static Map<String, String> settings(Setup setup) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sizes", setup.sizes.toString());
    settings.put("endpoints", Integer.toString(setup.endpoints));
    settings.put("rounds", Integer.toString(setup.rounds));
    settings.put("connections", Integer.toString(setup.connections));
    settings.put("config", setup.config.isEmpty() ? "default" : setup.config);
    return settings;
  }
}
