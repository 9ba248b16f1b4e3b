package dev.pickwick.benchmarks.flame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
  private static final Duration ENOUGH = Duration.ofMillis(500);

  @TempDir private Path directory;
  private long spun;

  @Test
  void read_recordingOfABusyThread_findsItsMethodAndTime() throws Exception {
    Path file = directory.resolve("busy.jfr");
    Instant from = Instant.now();
    try (Recording recording = new Recording()) {
      recording.enable(Samples.EVENT).with("throttle", "2ms").withStackTrace();
      recording.start();
      Thread busy = new Thread(this::spin, "busy-1-2");
      busy.start();
      busy.join();
      recording.dump(file);
    }

    List<List<String>> stacks = new ArrayList<>();
    long[] nanos = new long[1];
    Samples.Sink sink =
        (thread, stack, period) -> {
          if (thread.equals("busy")) {
            stacks.add(stack);
            nanos[0] += period;
          }
        };
    Samples.read(file, from, Instant.MAX, sink);

    assertThat(spun).isPositive();
    assertThat(stacks).anySatisfy(stack -> assertThat(stack).contains(name() + ".spin"));
    assertThat(nanos[0]).isBetween(1_000_000L, 10 * ENOUGH.toNanos());

    stacks.clear();
    Samples.read(file, Instant.MIN, from, sink);
    assertThat(stacks).isEmpty();
  }

  @Test
  void read_noRecording_fails() throws IOException {
    Path file = Files.writeString(directory.resolve("odd.jfr"), "no recording at all");

    assertThatThrownBy(
            () -> Samples.read(file, Instant.MIN, Instant.MAX, (thread, stack, nanos) -> {}))
        .isInstanceOf(IOException.class);
  }

  private static String name() {
    return SamplesTest.class.getName();
  }

  /** Works for a while of processor time, not of time, so that a busy machine does not matter. */
  private void spin() {
    var threads = java.lang.management.ManagementFactory.getThreadMXBean();
    while (threads.getCurrentThreadCpuTime() < ENOUGH.toNanos()) {
      spun++;
    }
  }
}
