package dev.pickwick.benchmarks.cost;

import com.sun.management.ThreadMXBean;
import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Options;
import dev.pickwick.benchmarks.command.Results;
import dev.pickwick.benchmarks.floor.Floor;
import dev.pickwick.benchmarks.floor.FloorKind;
import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.epp.Components;
import dev.pickwick.epp.StartFailure;
import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.flags.FlagsResult;
import io.grpc.InsecureServerCredentials;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code bench allocation}: garbage that the event loops make per request, above that of the no-op
 * floor. Picker and floor run in this process, for a Java machine tells only itself what its
 * threads allocate. Bytes do not depend on how fast the machine is.
 */
public final class AllocationBench {

  /** Most garbage of a request with a body of 4 KB, above the floor's, in bytes. */
  private static final double SMALL_GATE_BYTES = 8 << 10;

  /** Most garbage of a request with a body of 4 MB, in bytes. */
  private static final double LARGE_GATE_BYTES = 512 << 10;

  private static final int SMALL = 4 << 10;
  private static final int LARGE = 4 << 20;
  private static final int CONCURRENCY = 8;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Logger PICKER_LOG = Logger.getLogger("dev.pickwick");

  /** The command. */
  public static final Command COMMAND =
      new Command(
          "allocation",
          """
          Usage: bench allocation [options]

          Bytes of garbage the picker's event loops make per request with bodies of 4 KB and 4 MB,
          above those of a floor that answers by constants.

            --only-small    bodies of 4 KB only
            --slice S       how long each is measured, in seconds (3)
            --warmup S      how long it runs before, in seconds (4)
          """
              + Command.COMMON_HELP,
          Set.of("slice", "warmup"),
          Set.of("only-small"),
          arguments -> {
            Duration slice = Options.seconds(arguments, "slice", 3);
            Duration warmUp = Options.seconds(arguments, "warmup", 4);
            boolean large = !arguments.has("only-small");
            return progress -> measure(slice, warmUp, large, progress);
          });

  private AllocationBench() {}

  static Result measure(Duration slice, Duration warmUp, boolean withLarge, PrintStream progress)
      throws IOException, InterruptedException {
    List<Integer> sizes = withLarge ? List.of(SMALL, LARGE) : List.of(SMALL);
    List<Double> ofFloor;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Floor floor = Floor.start(FloorKind.NOOP, address, InsecureServerCredentials.create())) {
      progress.println("the floor ...");
      ofFloor = bytesPerRequest(floor.port(), sizes, "floor", slice, warmUp);
    }
    Path endpoints = Files.createTempFile("pickwick-endpoints", ".yaml");
    Files.writeString(endpoints, "endpoints: [{name: pod-1, address: 127.0.0.1, port: 1}]\n");
    Level before = PICKER_LOG.getLevel();
    PICKER_LOG.setLevel(Level.SEVERE);
    try {
      Components picker = Components.start(flags(endpoints));
      try {
        progress.println("the picker ...");
        return result(bytesPerRequest(picker.grpcPort(), sizes, "extproc", slice, warmUp), ofFloor);
      } finally {
        picker.stop(Duration.ZERO);
      }
    } catch (StartFailure e) {
      throw new IOException("the picker cannot start: " + e.getMessage(), e);
    } finally {
      PICKER_LOG.setLevel(before);
      Files.deleteIfExists(endpoints);
    }
  }

  private static List<Double> bytesPerRequest(
      int port, List<Integer> sizes, String threads, Duration slice, Duration warmUp)
      throws IOException, InterruptedException {
    List<Double> bytes = new ArrayList<>();
    for (int size : sizes) {
      bytes.add(bytesPerRequest(port, size, threads, slice, warmUp));
    }
    return bytes;
  }

  private static double bytesPerRequest(
      int port, int bodyBytes, String threads, Duration slice, Duration warmUp)
      throws IOException, InterruptedException {
    LoadOptions load = LoadOptions.closed("127.0.0.1:" + port, CONCURRENCY, bodyBytes);
    LoadOptions lenient = threads.equals("floor") ? load.withNothingGivenBack() : load;
    try (LoadClient client = LoadClient.connect(lenient)) {
      client.run(warmUp);
      long before = allocated(threads);
      LoadFigures figures = client.run(slice);
      long bytes = allocated(threads) - before;
      if (figures.failed() > 0 || figures.requests() == 0) {
        throw new IOException("exchanges failed: " + figures.errors());
      }
      return (double) bytes / figures.requests();
    }
  }

  /** Bytes allocated so far by the live threads whose names begin so. */
  static long allocated(String prefix) {
    List<Long> ids = new ArrayList<>();
    for (var thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith(prefix)) {
        ids.add(thread.getThreadId());
      }
    }
    long sum = 0;
    for (long bytes :
        THREADS.getThreadAllocatedBytes(ids.stream().mapToLong(Long::longValue).toArray())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  /** Both lists begin with the small bodies; the large ones may be missing. */
  private static Result result(List<Double> ofPicker, List<Double> ofFloor)
      throws InterruptedException {
    List<Figure> figures = new ArrayList<>();
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < ofPicker.size(); i++) {
      String name = "garbage per request at " + (i == 0 ? "4 KB" : "4 MB");
      figures.add(Figure.of(name, "B", ofPicker.get(i)));
      figures.add(Figure.of(name + ", no-op", "B", ofFloor.get(i)));
      gates.add(
          i == 0
              ? Gate.atMost(
                  "garbage per request above no-op at 4 KB",
                  SMALL_GATE_BYTES,
                  "B",
                  ofPicker.get(i) - ofFloor.get(i))
              : Gate.atMost(name, LARGE_GATE_BYTES, "B", ofPicker.get(i)));
    }
    return Results.now(
        "allocation",
        Map.of("concurrency", Integer.toString(CONCURRENCY)),
        figures,
        gates,
        List.of(
            "both receive every message into an array of its own; gRPC's garbage is in all"
                + " figures"));
  }

  private static Flags flags(Path endpoints) {
    String[] line = {
      "--endpoints-file=" + endpoints,
      "--grpc-port=0",
      "--grpc-health-port=0",
      "--metrics-port=0",
      "--secure-serving=false"
    };
    if (Flags.parse(line, Map.of()) instanceof FlagsResult.Parsed parsed) {
      return parsed.flags();
    }
    throw new IllegalStateException("the measurement's own flags are not understood");
  }
}
