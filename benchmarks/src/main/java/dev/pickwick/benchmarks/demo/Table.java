package dev.pickwick.benchmarks.demo;

import dev.pickwick.testbed.server.Stats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is shown while a replay runs: a line per pod and a progress line, none longer than 80
 * columns, since a longer one would break and spoil the redrawing.
 */
final class Table {
  private static final String HEAD =
      "pod      requests  share  queue  running     KV  cached  TTFT p50  TTFT p90";
  private static final int BAR = 20;

  private Table() {}

  /** The lines, without line ends. */
  static List<String> lines(String title, Pool pool, Tally tally, int of, double seconds) {
    List<String> lines = new ArrayList<>();
    lines.add(HEAD);
    for (int i = 0; i < pool.size(); i++) {
      lines.add(
          line(
              Pool.name(i), tally, i, pool.server(i).stats(), pool.server(i).options().slowness()));
    }
    lines.add(progress(title, tally.done(), of, seconds, tally.failed()));
    return lines;
  }

  static String line(String pod, Tally tally, int index, Stats stats, double slowness) {
    return String.format(
        Locale.ROOT,
        "%-8s %8d %5.1f%% %6d %8d %5.1f%% %6.1f%% %9s %9s%s",
        pod,
        tally.requests(index),
        tally.share(index) * 100,
        stats.waiting(),
        stats.running(),
        stats.kvUsage() * 100,
        hits(stats) * 100,
        millis(tally.firstToken(index, 0.5)),
        millis(tally.firstToken(index, 0.9)),
        slowness == 1 ? "" : " slow");
  }

  static String progress(String title, int done, int of, double seconds, int failed) {
    int filled = of == 0 ? BAR : (int) Math.min(BAR, (long) BAR * done / of);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %d of %d requests, %.0f s%s",
        title,
        "#".repeat(filled),
        ".".repeat(BAR - filled),
        done,
        of,
        seconds,
        failed == 0 ? "" : ", " + failed + " failed");
  }

  /** Share of the prompt tokens that were found in the cache, 0 to 1. */
  static double hits(Stats stats) {
    return stats.promptTokens() == 0 ? 0 : (double) stats.cachedTokens() / stats.promptTokens();
  }

  static String millis(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.0f ms", value);
  }
}
