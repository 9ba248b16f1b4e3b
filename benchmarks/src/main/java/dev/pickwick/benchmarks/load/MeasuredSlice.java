package dev.pickwick.benchmarks.load;

import dev.pickwick.benchmarks.machine.ProcessUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeMap;

/**
 * One slice of a load and what the picker's process used meanwhile.
 *
 * @param load what became of the exchanges
 * @param cpuMicros processor time for an exchange that ended well, in microseconds; NaN when the
 *     process is not known
 */
record MeasuredSlice(LoadFigures load, double cpuMicros) {

  private static final double MICROS = 1e6;

  /**
   * Runs one.
   *
   * @param pid of the picker; 0: unknown
   * @throws IOException when the process has gone, or no exchange ended well
   */
  static MeasuredSlice run(LoadClient client, Duration length, long pid)
      throws IOException, InterruptedException {
    double before = cpuSeconds(pid);
    LoadFigures load = client.run(length);
    double used = cpuSeconds(pid) - before;
    if (load.requests() == 0) {
      throw new IOException("no exchange ended well: " + new TreeMap<>(load.errors()));
    }
    return new MeasuredSlice(load, used * MICROS / load.requests());
  }

  private static double cpuSeconds(long pid) throws IOException {
    return pid == 0 ? Double.NaN : ProcessUsage.of(pid).cpuSeconds();
  }
}
