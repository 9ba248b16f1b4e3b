package dev.pickwick.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What figures were taken on; nothing that names the host.
 *
 * @param cores processors this process may use, at least 1
 * @param processor its model as the kernel names it; {@code unknown} when it does not
 * @param kernel name and release of the operating system
 * @param memoryMib size of main memory, in MiB; 0 when unknown
 * @param jdk vendor and version of the Java machine
 */
public record Machine(int cores, String processor, String kernel, long memoryMib, String jdk) {

  private static final String UNKNOWN = "unknown";

  /** The machine this runs on. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        line(Path.of("/proc/cpuinfo"), "model name"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        kibibytes(line(Path.of("/proc/meminfo"), "MemTotal")) >> 10,
        System.getProperty("java.vendor") + " " + Runtime.version());
  }

  /** The value of the first {@code name: value} line of a kernel's file. */
  private static String line(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        int colon = line.indexOf(':');
        if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
          return line.substring(colon + 1).strip();
        }
      }
    } catch (IOException e) {
      return UNKNOWN; // another operating system
    }
    return UNKNOWN;
  }

  private static long kibibytes(String text) {
    return text.endsWith(" kB") ? Long.parseLong(text.substring(0, text.length() - 3)) : 0;
  }
}
