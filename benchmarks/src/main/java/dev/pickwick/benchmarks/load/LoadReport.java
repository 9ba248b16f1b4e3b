package dev.pickwick.benchmarks.load;

import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.machine.ProcessUsage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Turns the slices of a load into its result. */
final class LoadReport {

  private static final double MIB = 1 << 20;
  private static final int MAX = 100;

  private LoadReport() {}

  /**
   * The result.
   *
   * @param floor as many slices of the floor, taken in turn; empty without a yardstick
   */
  static Result result(LoadBench.Setup setup, List<MeasuredSlice> slices, List<MeasuredSlice> floor)
      throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure("exchanges a second", "/s", slices, floor, slice -> slice.load().perSecond()));
    for (int percentile : new int[] {50, 90, 99, MAX}) {
      String name = percentile == MAX ? "max" : "p" + percentile;
      figures.add(
          figure(
              "last body byte to destination, " + name,
              "ms",
              slices,
              floor,
              slice -> slice.load().decisionMillis(percentile)));
      figures.add(
          figure(
              "whole exchange, " + name,
              "ms",
              slices,
              floor,
              slice -> slice.load().wholeMillis(percentile)));
    }
    LoadFigures all = LoadFigures.sum(slices.stream().map(MeasuredSlice::load).toList());
    figures.add(Figure.of("most on one endpoint ÷ mean", "", all.mostToMean()));
    figures.add(Figure.of("failed exchanges", "", (double) all.failed()));
    if (setup.pid() != 0) {
      figures.add(figure("cpu per request", "µs", slices, floor, MeasuredSlice::cpuMicros));
      double peak = ProcessUsage.of(setup.pid()).peakResidentBytes() / MIB;
      figures.add(Figure.of("peak resident memory", "MiB", peak));
    }
    List<String> remarks = new ArrayList<>();
    remarks.add("the client shares the machine with the picker");
    remarks.add("requests by endpoint: " + new TreeMap<>(all.destinations()));
    new TreeMap<>(all.errors()).forEach((what, count) -> remarks.add(count + " failed: " + what));
    List<Gate> gates = List.of(Gate.atMost("failed exchanges", 0, "", (double) all.failed()));
    return Results.now("load", settings(setup), figures, gates, remarks);
  }

  /** The result as a page. */
  static String page(Result result) {
    StringBuilder page =
        new StringBuilder("# Load\n\n| figure | median | least | greatest | ÷ floor |\n");
    page.append("|---|---:|---:|---:|---:|\n");
    for (Figure figure : result.figures()) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %.3f %s | %.3f | %.3f | %s |%n",
              figure.name(),
              figure.median(),
              figure.unit(),
              figure.least(),
              figure.greatest(),
              figure
                  .scaled()
                  .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio.median()))
                  .orElse("")));
    }
    result.settings().forEach((name, value) -> page.append("\n* ").append(name + ": " + value));
    result.remarks().forEach(remark -> page.append("\n* ").append(remark));
    return page.append('\n').toString();
  }

  private static Figure figure(
      String name,
      String unit,
      List<MeasuredSlice> slices,
      List<MeasuredSlice> floor,
      ToDoubleFunction<MeasuredSlice> value) {
    return new Figure(
        name,
        unit,
        values(slices, value),
        floor.isEmpty() ? null : Figure.of("of the floor", unit, values(floor, value)));
  }

  private static List<Double> values(
      List<MeasuredSlice> slices, ToDoubleFunction<MeasuredSlice> value) {
    return slices.stream().mapToDouble(value).boxed().toList();
  }

  private static Map<String, String> settings(LoadBench.Setup setup) {
    LoadOptions options = setup.options();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("concurrency", Integer.toString(options.concurrency()));
    settings.put("rate", options.rate() == 0 ? "closed loop" : options.rate() + " /s");
    settings.put("body", options.bodyBytes() + " bytes");
    settings.put("chunks", options.chunkBytes() + " bytes");
    settings.put("response", options.responseChunks() + " events");
    settings.put("prefix groups", Integer.toString(options.prefixGroups()));
    settings.put("connections", Integer.toString(options.connections()));
    settings.put("tls", Boolean.toString(options.tls()));
    settings.put("duration", setup.duration().toMillis() + " ms");
    settings.put("yardstick", setup.yardstick());
    return settings;
  }
}
