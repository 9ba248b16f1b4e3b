package dev.pickwick.benchmarks.cost;

import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.testbed.Arguments;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How long and how often is measured.
 *
 * @param pairs measured pairs of slices, at least 1
 * @param warmUps pairs before them that do not count
 * @param slice length of a slice
 */
record Pace(int pairs, int warmUps, Duration slice) {

  static final Set<String> OPTIONS = Set.of("pairs", "warmup", "slice");

  static final String HELP =
      """
        --pairs N       measured pairs of slices (6)
        --warmup N      pairs before them that do not count (3)
        --slice S       length of a slice, in seconds (3)
      """;

  static Pace of(Arguments arguments) {
    return new Pace(
        Options.positive(arguments, "pairs", 6),
        Options.atLeast(arguments, "warmup", 0, 3),
        Options.seconds(arguments, "slice", 3));
  }

  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("pods", Integer.toString(Contest.PODS));
    settings.put("slice", slice.toMillis() + " ms");
    settings.put("pairs", Integer.toString(pairs));
    return settings;
  }
}
