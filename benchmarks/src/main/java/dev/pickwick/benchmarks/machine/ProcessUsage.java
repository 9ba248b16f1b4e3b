package dev.pickwick.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process of this machine has used so far, read from {@code /proc}.
 *
 * @param cpuSeconds processor time of all its threads since it began, user and system together, in
 *     seconds; moves in steps of 0.01
 * @param residentBytes main memory it has now, in bytes
 * @param peakResidentBytes most it has ever had (VmHWM), in bytes
 */
public record ProcessUsage(double cpuSeconds, long residentBytes, long peakResidentBytes) {

  /** Ticks a second in {@code /proc}: the same on every Linux, whatever its timer does. */
  private static final double TICKS_PER_SECOND = 100;

  /** Places of user and system time, counted from behind the command's closing bracket. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /**
   * Reads it.
   *
   * @throws IOException when there is no such process, or no {@code /proc}
   */
  public static ProcessUsage of(long pid) throws IOException {
    Path directory = Path.of("/proc", Long.toString(pid));
    String stat = Files.readString(directory.resolve("stat"));
    // The command stands in brackets and may itself hold brackets and blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    double ticks =
        Double.parseDouble(fields[USER_TICKS]) + Double.parseDouble(fields[SYSTEM_TICKS]);
    long resident = 0;
    long peak = 0;
    for (String line : Files.readAllLines(directory.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = bytes(line);
      } else if (line.startsWith("VmHWM:")) {
        peak = bytes(line);
      }
    }
    return new ProcessUsage(ticks / TICKS_PER_SECOND, resident, peak);
  }

  private static long bytes(String line) {
    String kibibytes = line.substring(line.indexOf(':') + 1, line.lastIndexOf(" kB"));
    return Long.parseLong(kibibytes.strip()) << 10;
  }
}
