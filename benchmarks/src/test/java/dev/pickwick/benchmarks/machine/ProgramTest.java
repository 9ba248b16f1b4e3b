package dev.pickwick.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgramTest {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void usage_ofAProcessThatWorks_moves() throws Exception {
    Program busy = shell("while :; do :; done");
    try (busy) {
      busy.await(() -> cpuSeconds(busy) >= 0.05, PATIENCE);

      ProcessUsage usage = busy.usage();
      assertThat(usage.cpuSeconds()).isGreaterThanOrEqualTo(0.05);
      assertThat(usage.residentBytes()).isPositive();
      assertThat(usage.peakResidentBytes()).isGreaterThanOrEqualTo(usage.residentBytes());
    }
    assertThat(busy.isAlive()).isFalse();
    assertThatThrownBy(busy::usage).isInstanceOf(IOException.class);
  }

  @Test
  void await_programThatFails_tellsItsLastWords() throws Exception {
    try (Program failing = shell("echo port 9002: taken; exit 3")) {
      assertThatThrownBy(() -> failing.await(() -> false, PATIENCE))
          .hasMessageContaining("sh ended with 3")
          .hasMessageContaining("port 9002: taken");
    }
  }

  @Test
  void await_programThatNeverGetsReady_givesUp() throws Exception {
    try (Program idle = shell("exec sleep 600")) {
      assertThatThrownBy(() -> idle.await(() -> false, Duration.ofMillis(1)))
          .hasMessageContaining("sh is not ready after 0 s");
    }
  }

  @Test
  void java_runsAClassOfOurs() throws Exception {
    List<String> command = Program.java(List.of("-Xmx64m"), Echo.class.getName(), List.of("hello"));
    try (Program echo = Program.start("echo", command, Map.of())) {
      assertThatThrownBy(() -> echo.await(() -> false, PATIENCE)).hasMessageContaining("hello");
    }
  }

  @Test
  void machine_saysWhatItIsButNotItsName() {
    Machine here = Machine.here();

    assertThat(here.cores()).isPositive();
    assertThat(here.memoryMib()).isPositive();
    assertThat(here.kernel()).startsWith("Linux");
    assertThat(here.jdk()).contains("25");
  }

  /** A program that prints its first argument. */
  static final class Echo {
    public static void main(String[] args) {
      System.out.println(args[0]);
    }
  }

  private static Program shell(String script) throws IOException {
    return Program.start("sh", List.of("sh", "-c", script), Map.of());
  }

  private static double cpuSeconds(Program program) {
    try {
      return program.usage().cpuSeconds();
    } catch (IOException e) {
      return 0;
    }
  }
}
