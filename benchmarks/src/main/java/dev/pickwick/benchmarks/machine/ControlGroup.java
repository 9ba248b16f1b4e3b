package dev.pickwick.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits on memory and processor time that the kernel imposes on a process (a cgroup, version 1 or
 * 2). The group lies below the one we are in ourselves, or as near to it as the kernel allows, so
 * that nothing escapes a limit that was there before.
 */
public final class ControlGroup implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int DELETE_TRIES = 100;
  private static final long DELETE_PAUSE_MILLIS = 20;
  private static final String NONE = "none";

  private final GroupFiles files;
  private final List<Path> directories;

  private ControlGroup(GroupFiles files, List<Path> directories) {
    this.files = files;
    this.directories = List.copyOf(directories);
  }

  /**
   * What is limited.
   *
   * @param memoryBytes main memory and swap together, in bytes; 0: not limited
   * @param cpus processor time in processors, as in 0.2; 0: not limited
   */
  public record Limits(long memoryBytes, double cpus) {

    public Limits {
      if (memoryBytes < 0 || cpus < 0 || (memoryBytes == 0 && cpus == 0)) {
        throw new IllegalArgumentException(
            "memoryBytes, cpus: " + memoryBytes + ", " + cpus + " (expected: one of them > 0)");
      }
    }

    /** A limit on memory only, in bytes. */
    public static Limits memory(long bytes) {
      return new Limits(bytes, 0);
    }

    /** A limit on processor time only, in processors. */
    public static Limits cpus(double cpus) {
      return new Limits(0, cpus);
    }
  }

  /** What came of the wish for a group. */
  public sealed interface Creation {

    /** There it is. */
    record Created(ControlGroup group) implements Creation {}

    /**
     * There is none.
     *
     * @param reason in words, for the reader of a result
     */
    record Refused(String reason) implements Creation {}
  }

  /** Makes a group on this machine. */
  public static Creation create(Limits limits) {
    return create(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"), limits);
  }

  /**
   * Makes a group.
   *
   * @param root where the kernel shows its groups
   * @param own the file that says in which ones we are
   */
  static Creation create(Path root, Path own, Limits limits) {
    List<Path> made = new ArrayList<>();
    try {
      GroupFiles files = GroupFiles.find(root, own, limits);
      String name = "pickwick-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
      for (Path parent : files.parents()) {
        made.add(Files.createDirectory(parent.resolve(name)));
      }
      ControlGroup group = new ControlGroup(files, made);
      files.limit(made, limits);
      return new Creation.Created(group);
    } catch (IOException e) {
      for (Path each : made) {
        each.toFile().delete(); // as good as it goes: what is to be told is the first failure
      }
      return new Creation.Refused("no control group can be created: " + reason(e));
    }
  }

  /**
   * A command that joins the group and then becomes the given one, so that all it ever does counts.
   */
  public List<String> enter(List<String> command) {
    StringBuilder script = new StringBuilder();
    List<String> line = new ArrayList<>(List.of("sh", "-c", "", "sh"));
    for (Path directory : directories) {
      line.add(directory.resolve("cgroup.procs").toString());
      script.append("echo $$ > \"$1\" && shift && ");
    }
    line.set(2, script.append("exec \"$@\"").toString());
    line.addAll(command);
    return List.copyOf(line);
  }

  /**
   * Most memory that the group has had, files in the page cache included, in bytes; empty where the
   * kernel does not say, or memory is not limited.
   */
  public OptionalLong peakBytes() {
    return files.peakBytes(directories);
  }

  /** How many processes the kernel has killed because they went beyond the limit. */
  public long kills() {
    return files.kills(directories);
  }

  /** Removes the group; its processes must have ended. */
  @Override
  public void close() throws IOException {
    for (Path directory : directories) {
      delete(directory);
    }
  }

  /** A process that was just waited for may still be leaving. */
  private static void delete(Path directory) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        if (tries == DELETE_TRIES) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(DELETE_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a control group was removed", e);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage() == null ? NONE : e.getMessage();
    return e.getClass() == IOException.class
        ? message
        : e.getClass().getSimpleName() + ": " + message;
  }
}
