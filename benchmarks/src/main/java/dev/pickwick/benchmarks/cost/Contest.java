package dev.pickwick.benchmarks.cost;

import dev.pickwick.benchmarks.compare.Alternation;
import dev.pickwick.benchmarks.compare.Side;
import dev.pickwick.benchmarks.floor.FloorKind;
import dev.pickwick.benchmarks.floor.FloorMain;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.machine.Program;
import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The picker over ten pods whose pages it reads, and a floor; each in a process of its own. */
final class Contest implements AutoCloseable {

  static final int PODS = 10;

  private static final int PAGE_BYTES = 4000;
  private static final Duration START = Duration.ofSeconds(60);
  private static final int CONNECT_MILLIS = 200;

  private final Path endpoints;
  private final PodFarm pods;
  private final Picker picker;
  private final Program floor;
  private final int floorPort;

  private Contest(Path endpoints, PodFarm pods, Picker picker, Program floor, int floorPort) {
    this.endpoints = endpoints;
    this.pods = pods;
    this.picker = picker;
    this.floor = floor;
    this.floorPort = floorPort;
  }

  /**
   * Starts both, with the same settings of the Java machine.
   *
   * @param heapMib greatest heap of each, in MiB
   * @param pickerOptions further options of the picker's Java machine
   * @throws IOException when one does not start
   */
  static Contest start(FloorKind kind, int heapMib, Class<?> program, String... pickerOptions)
      throws IOException, InterruptedException {
    JavaSettings java = JavaSettings.forHeap(heapMib);
    Path endpoints = Files.createTempFile("pickwick-endpoints", ".yaml");
    PodFarm pods = PodFarm.start(PODS, VllmPage.of(PAGE_BYTES));
    try {
      Files.writeString(endpoints, pods.endpointsFile());
      List<String> options = new ArrayList<>(java.options());
      options.addAll(List.of(pickerOptions));
      PickerSetup setup =
          PickerSetup.of(
                  new JavaSettings(options, java.environment()),
                  "--endpoints-file=" + endpoints,
                  "--secure-serving=false")
              .running(program);
      Picker picker = Picker.start(setup);
      picker.awaitReady(START);
      int port = freePort();
      Program floor =
          Program.start(
              "the floor",
              Program.java(
                  java.options(),
                  FloorMain.class.getName(),
                  List.of(kind.name().toLowerCase(Locale.ROOT), "--port=" + port)),
              java.environment());
      floor.await(() -> listens(port), START);
      return new Contest(endpoints, pods, picker, floor, port);
    } catch (IOException | InterruptedException e) {
      pods.close();
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
    return Side.connect("floor", load.withTarget("127.0.0.1:" + floorPort), floor.pid());
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

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
