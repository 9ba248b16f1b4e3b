package dev.pickwick.benchmarks.scrape;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.machine.Program;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * {@code bench scrape}: processor time and garbage per scrape, with pages read and pages thrown
 * away in turn.
 */
public final class ScrapeBench {

  /** Most processor time for one scrape of a page of 42 KB, in microseconds. */
  private static final double GATE_MICROS = 80;

  private static final int LEAST_GATED_BYTES = 40_000;
  private static final int MOST_GATED_BYTES = 44_000;
  private static final double NANOS = 1e9;
  private static final int STARTUP_SECONDS = 30;

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "scrape",
          """
          Usage: bench scrape [options]

          Fake pods show a metrics page; the scraper reads it at a fixed rate in a process of its
          own. Processor time and garbage per scrape, in turn with the same HTTP client throwing the
          pages away.

            --pods N        pods (100)
            --rate HZ       scrapes of each pod a second (20)
            --page FILE     what they show (a vLLM-like page of 42 KB)
            --pairs N       measured pairs of slices (6)
            --warmup N      pairs before them that do not count (2)
            --duration S    length of a slice, in seconds (3)
          """
              + Command.COMMON_HELP,
          Set.of("pods", "rate", "page", "pairs", "warmup", "duration"),
          Set.of(),
          arguments -> {
            Setup setup = Setup.of(arguments);
            return progress -> measure(setup, ScrapeMain.class, progress);
          });

  private ScrapeBench() {}

  /**
   * What is measured.
   *
   * @param pods how many are scraped, at least 1
   * @param rate scrapes of each pod a second, above 0
   * @param page the file they show; empty: the usual page
   * @param slice length of a slice
   * @param pairs measured pairs of slices, at least 1
   * @param warmUps pairs before them that do not count
   */
  record Setup(int pods, double rate, String page, Duration slice, int pairs, int warmUps) {

    static Setup of(Arguments arguments) {
      Setup setup =
          new Setup(
              Options.positive(arguments, "pods", 100),
              Options.positive(arguments, "rate", 20.0),
              arguments.text("page", ""),
              Options.seconds(arguments, "duration", 3),
              Options.positive(arguments, "pairs", 6),
              Options.atLeast(arguments, "warmup", 0, 2));
      if (!setup.page.isEmpty() && !Files.isReadable(Path.of(setup.page))) {
        throw new IllegalArgumentException("--page: " + setup.page + " (expected: a file)");
      }
      return setup;
    }

    byte[] pageBytes() throws IOException {
      return page.isEmpty() ? VllmPage.of(VllmPage.USUAL_BYTES) : Files.readAllBytes(Path.of(page));
    }
  }

  /**
   * Measures.
   *
   * @param program its main method takes the arguments of {@link ScrapeMain}
   */
  static Result measure(Setup setup, Class<?> program, PrintStream progress)
      throws IOException, InterruptedException {
    byte[] page = setup.pageBytes();
    Path file = Files.createTempFile("pickwick-scrape", ".txt");
    try (PodFarm pods = PodFarm.start(setup.pods, page)) {
      List<Slice> slices = run(setup, pods, program, file, progress);
      return result(setup, page.length, slices.subList(2 * setup.warmUps, slices.size()));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static List<Slice> run(
      Setup setup, PodFarm pods, Class<?> program, Path file, PrintStream progress)
      throws IOException, InterruptedException {
    int pairs = setup.warmUps + setup.pairs;
    List<String> arguments =
        List.of(
            Integer.toString(setup.pods),
            Integer.toString(pods.port()),
            Long.toString(Math.round(NANOS / setup.rate)),
            Long.toString(setup.slice.toNanos()),
            Integer.toString(pairs),
            file.toString());
    List<String> options = List.of("-Xmx64m", "-XX:+UseSerialGC");
    Duration most =
        setup.slice.plusSeconds(12).multipliedBy(2L * pairs).plusSeconds(STARTUP_SECONDS);
    List<String> command = Program.java(options, program.getName(), arguments);
    progress.printf(
        Locale.ROOT,
        "scraping %d pods at %.4g Hz, %d slices ...%n",
        setup.pods,
        setup.rate,
        2 * pairs);
    try (Program scraper = Program.start("the scraper", command, Map.of())) {
      scraper.await(() -> lines(file).size() >= 2 * pairs, most);
    }
    return lines(file).stream().map(Slice::of).toList();
  }

  private static List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      // A line without its end is still being written.
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Result result(Setup setup, int pageBytes, List<Slice> slices)
      throws IOException, InterruptedException {
    List<Slice> read = slices.stream().filter(each -> each.kind() == Slice.Kind.READ).toList();
    List<Slice> discarded =
        slices.stream().filter(each -> each.kind() == Slice.Kind.DISCARDED).toList();
    for (Slice each : slices) {
      if (each.scrapes() == 0 || each.failures() > 0) {
        throw new IOException(
            each.failures()
                + " scrapes failed, "
                + each.scrapes()
                + " came (expected: no failure)");
      }
    }
    Figure yardstick =
        Figure.of("discard-only scrape", "µs", values(discarded, Slice::cpuMicrosPerScrape));
    Figure cpu =
        new Figure("cpu per scrape", "µs", values(read, Slice::cpuMicrosPerScrape), yardstick);
    double due = setup.pods * setup.rate;
    List<Figure> figures =
        List.of(
            cpu,
            Figure.of("garbage per scrape", "B", values(read, Slice::bytesPerScrape)),
            Figure.of(
                "garbage per discard-only scrape", "B", values(discarded, Slice::bytesPerScrape)),
            Figure.of(
                "cores", "", values(read, each -> (double) each.cpuNanos() / each.wallNanos())),
            Figure.of("scrapes done ÷ due", "", values(read, each -> each.perSecond() / due)),
            Figure.of("missed ticks", "", values(read, Slice::missedTicks)));
    return Results.now(
        "scrape", settings(setup, pageBytes), figures, List.of(gate(cpu, pageBytes)), remarks());
  }

  private static Map<String, String> settings(Setup setup, int pageBytes) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("pods", Integer.toString(setup.pods));
    settings.put("rate", String.format(Locale.ROOT, "%.4g Hz", setup.rate));
    settings.put("page", pageBytes + " bytes");
    settings.put("slice", setup.slice.toMillis() + " ms");
    settings.put("pairs", Integer.toString(setup.pairs));
    return settings;
  }

  private static Gate gate(Figure cpu, int pageBytes) {
    String name = "cpu per 42 KB scrape";
    if (pageBytes < LEAST_GATED_BYTES || pageBytes > MOST_GATED_BYTES) {
      return Gate.notMeasured(
          name, Gate.Bound.AT_MOST, GATE_MICROS, "µs", "the page has " + pageBytes + " bytes");
    }
    return Gate.atMost(name, GATE_MICROS, "µs", cpu.median());
  }

  private static List<String> remarks() {
    return List.of(
        "cpu is that of the scraper's process alone, its compiler and collector included;"
            + " the pods are in another one on the same cores");
  }

  private static List<Double> values(List<Slice> slices, ToDoubleFunction<Slice> of) {
    return slices.stream().map(of::applyAsDouble).toList();
  }
}
