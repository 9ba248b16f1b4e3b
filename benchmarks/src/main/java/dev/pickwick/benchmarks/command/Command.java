package dev.pickwick.benchmarks.command;

import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.benchmarks.result.ResultFile;
import dev.pickwick.testbed.Arguments;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;

/**
 * A measurement as a command. Beside its own options it knows {@code --json} (the result as one
 * document on standard output), {@code --gate} (exit status 3 when a gate is missed) and {@code
 * --help}.
 *
 * @param name as in {@code scrape}
 * @param help the page that explains it
 * @param valued names of its options with a value
 * @param switches names of its options without
 * @param preparation reads the options
 */
public record Command(
    String name, String help, Set<String> valued, Set<String> switches, Preparation preparation) {

  /** The common part of every help page. */
  public static final String COMMON_HELP =
      """
        --json          the result as one JSON document on standard output
        --gate          exit status 3 when a gate is missed
        --help          this page
      """;

  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int MISSED = 3;

  /** Reads options. */
  @FunctionalInterface
  public interface Preparation {
    /**
     * What is to be measured.
     *
     * @throws IllegalArgumentException naming an option that cannot be used
     */
    Measurement prepare(Arguments arguments);
  }

  /** Measures. */
  @FunctionalInterface
  public interface Measurement {
    /**
     * Measures once.
     *
     * @param progress hears a line now and then
     * @throws IOException when nothing could be measured; the message says why
     */
    Result measure(PrintStream progress) throws IOException, InterruptedException;
  }

  public Command {
    valued = Set.copyOf(valued);
    switches = Set.copyOf(switches);
  }

  /**
   * Runs it.
   *
   * @return exit status: 0 measured, 1 not measured, 2 bad options, 3 a gate missed and {@code
   *     --gate} given
   */
  public int run(String[] line, PrintStream out, PrintStream err) throws InterruptedException {
    Arguments arguments;
    Measurement measurement;
    try {
      Set<String> all = new HashSet<>(switches);
      all.addAll(Set.of("json", "gate", "help"));
      arguments = Arguments.parse(line, valued, all);
      if (arguments.has("help")) {
        out.print(help);
        return OK;
      }
      measurement = preparation.prepare(arguments);
    } catch (IllegalArgumentException e) {
      err.println("bench " + name + ": " + e.getMessage());
      err.print(help);
      return USAGE;
    }
    try {
      Result result = measurement.measure(err);
      out.println(arguments.has("json") ? ResultFile.json(result) : ResultText.of(result));
      return arguments.has("gate") && !result.missesNothing() ? MISSED : OK;
    } catch (IOException e) {
      err.println("bench " + name + ": " + e.getMessage());
      return FAILED;
    }
  }
}
