package dev.pickwick.benchmarks.cost;

import dev.pickwick.benchmarks.compare.Alternation;
import dev.pickwick.benchmarks.compare.Side;
import dev.pickwick.benchmarks.floor.FloorKind;
import dev.pickwick.benchmarks.floor.FloorProgram;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The picker over ten pods whose pages it reads, and a floor; each in a process of its own. */
final class Contest implements AutoCloseable {

  static final int PODS = 10;

  private static final int PAGE_BYTES = 4000;
  private static final Duration START = Duration.ofSeconds(60);

  private final Path endpoints;
  private final PodFarm pods;
  private final Picker picker;
  private final FloorProgram floor;

  private Contest(Path endpoints, PodFarm pods, Picker picker, FloorProgram floor) {
    this.endpoints = endpoints;
    this.pods = pods;
    this.picker = picker;
    this.floor = floor;
  }

  /**
   * Starts both, with the same settings of the Java machine.
   *
   * @param heapMib greatest heap of each, in MiB
   * @param program main class of the picker
   * @throws IOException when one does not start
   */
  static Contest start(FloorKind kind, int heapMib, Class<?> program)
      throws IOException, InterruptedException {
    JavaSettings java = JavaSettings.forHeap(heapMib);
    Path endpoints = Files.createTempFile("pickwick-endpoints", ".yaml");
    PodFarm pods = PodFarm.start(PODS, VllmPage.of(PAGE_BYTES));
    Picker picker = null;
    try {
      Files.writeString(endpoints, pods.endpointsFile());
      picker =
          Picker.start(
              PickerSetup.of(
                      java, "--endpoints-file=" + endpoints, "--secure-serving=false", "-v=1")
                  .running(program));
      picker.awaitReady(START);
      return new Contest(endpoints, pods, picker, FloorProgram.start(kind, false, java.options()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      pods.close();
      if (picker != null) {
        picker.close();
      }
      throw e;
    }
  }

  /** The picker as a side under some load; the load's target does not matter. */
  Side picker(LoadOptions load) throws IOException, InterruptedException {
    return Side.connect(
        "picker", load.withTarget("127.0.0.1:" + picker.grpcPort()), picker.program().pid());
  }

  /** The floor as a side under some load. */
  Side floor(LoadOptions load) throws IOException, InterruptedException {
    return Side.connect("floor", load.withTarget(floor.target()), floor.pid());
  }

  /** Both in turn. */
  Alternation run(LoadOptions ofPicker, LoadOptions ofFloor, Pace pace, PrintStream progress)
      throws IOException, InterruptedException {
    try (Side a = picker(ofPicker);
        Side b = floor(ofFloor)) {
      return Alternation.run(a, b, pace.warmUps(), pace.pairs(), pace.slice(), progress);
    }
  }

  @Override
  public void close() throws IOException {
    try (pods;
        picker;
        floor) {
      Files.deleteIfExists(endpoints);
    }
  }
}
