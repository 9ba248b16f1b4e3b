package dev.pickwick.benchmarks.machine;

import dev.pickwick.benchmarks.machine.ControlGroup.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Where a kernel's control groups lie and what their files are called, in both versions. */
sealed interface GroupFiles {

  /** Time in which a share of it may be used, in microseconds. */
  int PERIOD_MICROS = 100_000;

  /** The directories in which a group is made, one for each hierarchy. */
  List<Path> parents();

  /** Imposes limits on a group just made. */
  void limit(List<Path> group, Limits limits) throws IOException;

  /** Most memory the group has had, in bytes; empty when unknown. */
  OptionalLong peakBytes(List<Path> group);

  /** Processes of the group that were killed for want of memory. */
  long kills(List<Path> group);

  /**
   * Finds them.
   *
   * @throws IOException when what is to be limited cannot be, with the reason
   */
  static GroupFiles find(Path root, Path own, Limits limits) throws IOException {
    List<String> wanted = new ArrayList<>();
    if (limits.memoryBytes() > 0) {
      wanted.add("memory");
    }
    if (limits.cpus() > 0) {
      wanted.add("cpu");
    }
    Map<String, Path> hierarchies = new LinkedHashMap<>();
    String unified = null;
    for (String line : Files.readAllLines(own)) {
      String[] fields = line.split(":", 3); // number, controllers, path
      if (fields.length < 3) {
        continue;
      }
      if (fields[1].isEmpty()) {
        unified = fields[2];
      }
      for (String controller : fields[1].split(",", -1)) {
        if (wanted.contains(controller)) {
          hierarchies.put(controller, existing(root.resolve(controller), fields[2]));
        }
      }
    }
    if (hierarchies.size() == wanted.size()) {
      return new Separate(List.copyOf(hierarchies.keySet()), List.copyOf(hierarchies.values()));
    }
    if (unified == null) {
      throw new IOException("the kernel has no controllers " + wanted);
    }
    return new Unified(List.of(handedOn(root, existing(root, unified), wanted)));
  }

  /** Our own group; its hierarchy's root where a container shows that under another name. */
  private static Path existing(Path hierarchy, String path) {
    Path group = hierarchy.resolve(path.replaceFirst("^/+", ""));
    return Files.isDirectory(group) ? group : hierarchy;
  }

  /** The nearest group, from ours upwards, that hands the controllers on to those below it. */
  private static Path handedOn(Path root, Path own, List<String> wanted) throws IOException {
    for (Path each = own; each != null && each.startsWith(root); each = each.getParent()) {
      Path control = each.resolve("cgroup.subtree_control");
      if (Files.isReadable(control)
          && List.of(Files.readString(control).strip().split(" ")).containsAll(wanted)) {
        return each;
      }
    }
    throw new IOException("no group hands on the controllers " + wanted);
  }

  private static void write(Path group, String file, String text) throws IOException {
    Files.writeString(group.resolve(file), text);
  }

  /** The number after a word in a file of lines {@code word number}; 0 when there is none. */
  private static long number(Path file, String word) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(word + " ")) {
          return Long.parseLong(line.substring(word.length() + 1).strip());
        }
      }
    } catch (IOException e) {
      return 0; // not limited in this respect, or an old kernel
    }
    return 0;
  }

  private static OptionalLong number(Path file) {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // not limited in this respect, or an old kernel
    }
  }

  private static long micros(double cpus) {
    return Math.round(cpus * PERIOD_MICROS);
  }

  /**
   * Version 1: a tree of groups for each controller.
   *
   * @param controllers one per parent
   */
  record Separate(List<String> controllers, List<Path> parents) implements GroupFiles {

    @Override
    public void limit(List<Path> group, Limits limits) throws IOException {
      for (int i = 0; i < group.size(); i++) {
        Path each = group.get(i);
        if (controllers.get(i).equals("memory")) {
          String bytes = Long.toString(limits.memoryBytes());
          write(each, "memory.limit_in_bytes", bytes);
          // Some kernels do not count swap.
          if (Files.exists(each.resolve("memory.memsw.limit_in_bytes"))) {
            write(each, "memory.memsw.limit_in_bytes", bytes);
          }
        } else {
          write(each, "cpu.cfs_period_us", Integer.toString(PERIOD_MICROS));
          write(each, "cpu.cfs_quota_us", Long.toString(micros(limits.cpus())));
        }
      }
    }

    @Override
    public OptionalLong peakBytes(List<Path> group) {
      for (Path each : group) {
        OptionalLong peak = number(each.resolve("memory.max_usage_in_bytes"));
        if (peak.isPresent()) {
          return peak;
        }
      }
      return OptionalLong.empty();
    }

    @Override
    public long kills(List<Path> group) {
      return group.stream()
          .mapToLong(each -> number(each.resolve("memory.oom_control"), "oom_kill"))
          .sum();
    }
  }

  /** Version 2: one tree for all. */
  record Unified(List<Path> parents) implements GroupFiles {

    @Override
    public void limit(List<Path> group, Limits limits) throws IOException {
      Path only = group.getFirst();
      if (limits.memoryBytes() > 0) {
        write(only, "memory.max", Long.toString(limits.memoryBytes()));
        if (Files.exists(only.resolve("memory.swap.max"))) {
          write(only, "memory.swap.max", "0");
        }
      }
      if (limits.cpus() > 0) {
        write(only, "cpu.max", micros(limits.cpus()) + " " + PERIOD_MICROS);
      }
    }

    @Override
    public OptionalLong peakBytes(List<Path> group) {
      return number(group.getFirst().resolve("memory.peak"));
    }

    @Override
    public long kills(List<Path> group) {
      return number(group.getFirst().resolve("memory.events"), "oom_kill");
    }
  }
}
