package dev.pickwick.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.benchmarks.machine.ControlGroup.Creation;
import dev.pickwick.benchmarks.machine.ControlGroup.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path root;
  @TempDir private Path proc;

  @Test
  void create_versionOne_limitsEachTreeBelowOurOwnGroup() throws IOException {
    Path memory = directory("memory/session");
    Path cpu = directory("cpu");
    write(memory, "memory.limit_in_bytes", "9223372036854771712");
    Path own = own("9:name=systemd:/\n4:memory:/session\n1:cpu,cpuacct:/\n0::/\n");

    ControlGroup group = created(ControlGroup.create(root, own, new Limits(256 * MIB, 0.2)));

    Path limited = child(memory);
    assertThat(limited.resolve("memory.limit_in_bytes")).hasContent("268435456");
    Path throttled = child(cpu);
    assertThat(throttled.resolve("cpu.cfs_period_us")).hasContent("100000");
    assertThat(throttled.resolve("cpu.cfs_quota_us")).hasContent("20000");

    write(limited, "memory.max_usage_in_bytes", "4096\n");
    write(limited, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
    assertThat(group.peakBytes()).hasValue(4096);
    assertThat(group.kills()).isEqualTo(3);

    empty(limited);
    empty(throttled);
    group.close();
    assertThat(limited).doesNotExist();
    assertThat(throttled).doesNotExist();
  }

  @Test
  void create_versionTwo_usesTheNearestGroupThatHandsTheControllersOn() throws IOException {
    Path slice = directory("user.slice");
    Path session = directory("user.slice/session.scope");
    write(root, "cgroup.subtree_control", "cpu memory pids\n");
    write(slice, "cgroup.subtree_control", "cpu memory\n");
    write(session, "cgroup.subtree_control", "\n");

    ControlGroup group =
        created(
            ControlGroup.create(
                root, own("0::/user.slice/session.scope\n"), new Limits(512 * MIB, 0.5)));

    Path limited = children(slice).filter(each -> !each.equals(session)).findFirst().orElseThrow();
    assertThat(limited.resolve("memory.max")).hasContent("536870912");
    assertThat(limited.resolve("cpu.max")).hasContent("50000 100000");
    assertThat(group.kills()).isZero();
    assertThat(group.peakBytes()).isEmpty();

    write(limited, "memory.peak", "8192\n");
    write(limited, "memory.events", "low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\n");
    assertThat(group.peakBytes()).hasValue(8192);
    assertThat(group.kills()).isEqualTo(1);
  }

  @Test
  void create_noControllersHandedOn_isRefusedWithTheReason() throws IOException {
    write(root, "cgroup.subtree_control", "pids\n");

    assertThat(ControlGroup.create(root, own("0::/\n"), Limits.cpus(0.2)))
        .isEqualTo(
            new Creation.Refused(
                "no control group can be created: no group hands on the controllers [cpu]"));
  }

  /** A directory in which nobody, not even root, may make another. */
  @Test
  void create_treeThatCannotBeWritten_isRefusedWithTheReason() throws IOException {
    Files.createSymbolicLink(root.resolve("memory"), Path.of("/proc/self/fd"));

    assertThat(ControlGroup.create(root, own("4:memory:/\n"), Limits.memory(MIB)))
        .isInstanceOfSatisfying(
            Creation.Refused.class,
            refused ->
                assertThat(refused.reason()).startsWith("no control group can be created: "));
  }

  @Test
  void create_noKernelFile_isRefused() {
    assertThat(ControlGroup.create(root, proc.resolve("absent"), Limits.memory(MIB)))
        .isInstanceOf(Creation.Refused.class);
    assertThatThrownBy(() -> new Limits(0, 0)).hasMessageContaining("expected: one of them > 0");
  }

  @Test
  void enter_aCommand_joinsBeforeItRuns() throws Exception {
    directory("memory");
    ControlGroup group =
        created(ControlGroup.create(root, own("4:memory:/\n"), Limits.memory(MIB)));

    List<String> command = group.enter(List.of("sh", "-c", "echo I am $$; exec sleep 600"));
    try (Program joined = Program.start("sh", command, Map.of())) {
      joined.await(() -> lines(joined).equals("I am " + joined.pid()), ProgramTest.PATIENCE);
      assertThat(child(root.resolve("memory")).resolve("cgroup.procs"))
          .hasContent(Long.toString(joined.pid()));
    }
  }

  private Path directory(String path) throws IOException {
    return Files.createDirectories(root.resolve(path));
  }

  private Path own(String text) throws IOException {
    return Files.writeString(proc.resolve("cgroup"), text);
  }

  private static void write(Path directory, String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text);
  }

  private static ControlGroup created(Creation creation) {
    return switch (creation) {
      case Creation.Created(ControlGroup group) -> group;
      case Creation.Refused(String reason) -> throw new AssertionError(reason);
    };
  }

  private static Path child(Path directory) throws IOException {
    return children(directory).findFirst().orElseThrow();
  }

  private static Stream<Path> children(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isDirectory).toList().stream();
    }
  }

  /** What a kernel's directory does by itself. */
  private static void empty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path each : entries.toList()) {
        Files.delete(each);
      }
    }
  }

  private static String lines(Program program) {
    try {
      return program.lastLines();
    } catch (IOException e) {
      return "";
    }
  }
}
