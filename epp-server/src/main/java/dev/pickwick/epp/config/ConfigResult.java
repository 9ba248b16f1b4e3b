package dev.pickwick.epp.config;

import dev.pickwick.scheduler.Pipeline;
import dev.pickwick.scheduler.spi.Problem;
import java.util.List;

/** What became of a configuration document. */
public sealed interface ConfigResult {

  /**
   * The document is usable.
   *
   * @param pipeline what a scheduling pass runs
   * @param source where metrics come from
   * @param extractor what is read from them
   * @param parser how request bodies are read
   * @param warnings what was accepted without effect, a line each
   */
  record Loaded(
      Pipeline pipeline,
      ServerPlugin.MetricsSource source,
      ServerPlugin.MetricsExtractor extractor,
      ServerPlugin.Parser parser,
      List<String> warnings)
      implements ConfigResult {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /** The document is not usable: everything that is wrong with it, in reading order. */
  record Broken(List<Problem> problems) implements ConfigResult {
    public Broken {
      problems = List.copyOf(problems);
    }

    /** All problems as text, a line each. */
    public String text() {
      return String.join("\n", problems.stream().map(Problem::toString).toList());
    }
  }
}
