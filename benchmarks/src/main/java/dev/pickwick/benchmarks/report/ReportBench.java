package dev.pickwick.benchmarks.report;

import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.benchmarks.result.ResultFile;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code bench report}: turns kept results into the page about performance. */
public final class ReportBench {

  private static final String HELP =
      """
      Usage: bench report [options]

      Puts the figures of the last bench all --full into the page about performance.

        --results DIR   where results are (benchmarks/results)
        --page FILE     the page (docs/performance.md)
        --help          this page
      """;

  private static final String TEMPLATE = "performance.md";
  private static final int USAGE = 2;

  private ReportBench() {}

  /** Runs it; returns the exit status. */
  public static int run(String[] line, PrintStream out, PrintStream err) {
    Path directory;
    Path page;
    try {
      Arguments arguments = Arguments.parse(line, Set.of("results", "page"), Set.of("help"));
      if (arguments.has("help")) {
        out.print(HELP);
        return 0;
      }
      directory = Path.of(arguments.text("results", ResultFile.DIRECTORY.toString()));
      page = Path.of(arguments.text("page", "docs/performance.md"));
    } catch (IllegalArgumentException e) {
      err.println("bench report: " + e.getMessage());
      err.print(HELP);
      return USAGE;
    }
    try {
      List<Result> results = ResultFile.readAll(directory);
      if (results.isEmpty()) {
        throw new IOException(directory + ": no results (run bench all --full first)");
      }
      Files.writeString(page, new PerformancePage(Goals.ALL, results).fill(template()));
      out.println(page + ": " + results.size() + " results");
      return 0;
    } catch (IOException e) {
      err.println("bench report: " + e.getMessage());
      return 1;
    }
  }

  static String template() throws IOException {
    try (InputStream text = ReportBench.class.getResourceAsStream(TEMPLATE)) {
      if (text == null) {
        throw new IOException(TEMPLATE + ": not on the class path");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
