package dev.pickwick.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pickwick.epp.Components;
import dev.pickwick.epp.StartFailure;
import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.flags.FlagsResult;
import dev.pickwick.testbed.Arguments;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc.ExternalProcessorStub;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code bench stalled}: what streams that stop reading cost their neighbours. A hundred streams on
 * one connection receive responses of 256 KiB; in every other slice five of them stop reading. The
 * figure is the throughput of the other 95 with the five, divided by that without, pair by pair; at
 * least 0.9 is wanted.
 */
public final class StalledStreams {
  private static final String HELP =
      """
      Usage: bench stalled [options]

      100 streams on one connection, of which 5 stop reading a large response in every other slice:
      the throughput of the other 95, with the five divided by without, pair by pair (wanted: 0.9).

        --pairs N     pairs of slices (6)
        --slice MS    length of a slice, in milliseconds (3000)
        --json        one JSON document on standard output
        --help        this page
      """;
  private static final double GOAL = 0.9;
  private static final int HEALTHY = 95;
  private static final int STALLED = 5;
  private static final int RESPONSE_BYTES = 256 << 10;
  private static final int STALLED_BYTES = 8 << 20;
  private static final int WARM_UP_PAIRS = 3;
  private static final int USAGE = 2;
  private static final Logger PICKER_LOG = Logger.getLogger("dev.pickwick");

  private final ExternalProcessorStub stub;
  private final LongAdder exchanges = new LongAdder();

  private StalledStreams(ExternalProcessorStub stub) {
    this.stub = stub;
  }

  /** Runs the measurement; returns the exit status. */
  public static int run(String[] line, PrintStream out, PrintStream err)
      throws InterruptedException {
    int pairs;
    int sliceMillis;
    boolean json;
    try {
      Arguments arguments = Arguments.parse(line, Set.of("pairs", "slice"), Set.of("json", "help"));
      if (arguments.has("help")) {
        out.print(HELP);
        return 0;
      }
      pairs = positive(arguments, "pairs", 6);
      sliceMillis = positive(arguments, "slice", 3000);
      json = arguments.has("json");
    } catch (IllegalArgumentException e) {
      err.println("bench stalled: " + e.getMessage());
      err.print(HELP);
      return USAGE;
    }
    PICKER_LOG.setLevel(Level.SEVERE);
    try {
      report(measure(pairs, sliceMillis, err), json, out);
      return 0;
    } catch (IOException | StartFailure e) {
      err.println("bench stalled: " + e.getMessage());
      return 1;
    }
  }

  /** Exchanges a second with and without stalled streams, pair by pair. */
  record Pair(double withStalled, double without) {
    double ratio() {
      return withStalled / without;
    }
  }

  private static List<Pair> measure(int pairs, int sliceMillis, PrintStream progress)
      throws IOException, StartFailure, InterruptedException {
    Path file = Files.createTempFile("pickwick-endpoints", ".yaml");
    Files.writeString(file, "endpoints: [{name: pod-1, address: 127.0.0.1, port: 1}]\n");
    Components picker = Components.start(flags(file));
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", picker.grpcPort(), InsecureChannelCredentials.create())
            .directExecutor()
            .build();
    try {
      StalledStreams bench = new StalledStreams(ExternalProcessorGrpc.newStub(channel));
      progress.println("warming up ...");
      for (int i = 0; i < WARM_UP_PAIRS; i++) {
        bench.slice(sliceMillis, true);
        bench.slice(sliceMillis, false);
      }
      List<Pair> measured = new ArrayList<>();
      for (int i = 1; i <= pairs; i++) {
        double with = bench.slice(sliceMillis, true);
        double without = bench.slice(sliceMillis, false);
        measured.add(new Pair(with, without));
        progress.printf(
            Locale.ROOT, "pair %d of %d: %.0f/s with, %.0f/s without%n", i, pairs, with, without);
      }
      return measured;
    } finally {
      channel.shutdownNow();
      picker.stop(Duration.ZERO);
      Files.deleteIfExists(file);
    }
  }

  private double slice(int millis, boolean withStalled) throws InterruptedException {
    AtomicBoolean running = new AtomicBoolean(true);
    List<ResponseExchange> stalled = new ArrayList<>();
    for (int i = 0; withStalled && i < STALLED; i++) {
      stalled.add(exchange(STALLED_BYTES, true, () -> {}));
    }
    for (int i = 0; i < HEALTHY; i++) {
      again(running);
    }
    long before = exchanges.sum();
    long start = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(millis);
    double rate = (exchanges.sum() - before) * 1e9 / (System.nanoTime() - start);
    running.set(false);
    stalled.forEach(ResponseExchange::cancel);
    return rate;
  }

  private void again(AtomicBoolean running) {
    var _ =
        exchange(
            RESPONSE_BYTES,
            false,
            () -> {
              exchanges.increment();
              if (running.get()) {
                again(running);
              }
            });
  }

  private ResponseExchange exchange(int bytes, boolean stalls, Runnable completed) {
    ResponseExchange exchange = new ResponseExchange(bytes, stalls, completed);
    var _ = stub.process(exchange);
    exchange.begin();
    return exchange;
  }

  private static void report(List<Pair> pairs, boolean json, PrintStream out) {
    Ratios ratios = Ratios.of(pairs.stream().map(Pair::ratio).toList());
    if (json) {
      ObjectNode document = new ObjectMapper().createObjectNode();
      document.put("goal", GOAL);
      document.put("median", ratios.median());
      document.put("least", ratios.least());
      document.put("greatest", ratios.greatest());
      for (Pair pair : pairs) {
        document
            .withArray("pairs")
            .addObject()
            .put("with_stalled_per_second", pair.withStalled())
            .put("without_per_second", pair.without());
      }
      out.println(document.toPrettyString());
    } else {
      out.printf(
          Locale.ROOT,
          "throughput of 95 streams, with 5 stalled ÷ without: median %.3f, %.3f to %.3f"
              + " (wanted: at least %.1f)%n",
          ratios.median(),
          ratios.least(),
          ratios.greatest(),
          GOAL);
    }
  }

  private static int positive(Arguments arguments, String name, int otherwise) {
    int value = arguments.number(name, otherwise);
    if (value < 1) {
      throw new IllegalArgumentException("--" + name + ": " + value + " (expected: > 0)");
    }
    return value;
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
