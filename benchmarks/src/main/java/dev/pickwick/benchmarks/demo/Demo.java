package dev.pickwick.benchmarks.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pickwick.epp.Components;
import dev.pickwick.epp.StartFailure;
import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.flags.FlagsResult;
import dev.pickwick.testbed.Arguments;
import dev.pickwick.testbed.gateway.Gateway;
import dev.pickwick.testbed.gateway.GatewayOptions;
import dev.pickwick.testbed.trace.Trace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code ./pickwick demo}: the picker at work, then the same work dealt out in turn. */
public final class Demo {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Held, or the log manager would forget its level. */
  private static final Logger PICKER_LOG = Logger.getLogger("dev.pickwick");

  private final DemoOptions options;
  private final PrintStream out;
  private final PrintStream progress;
  private final Display display;

  private Demo(DemoOptions options, PrintStream out, PrintStream err, boolean terminal) {
    this.options = options;
    this.out = out;
    this.progress = options.json() ? err : out;
    this.display = new Display(progress, terminal && !options.json());
  }

  /**
   * Runs the demo.
   *
   * @param terminal whether {@code out} is one
   * @return the exit status
   */
  public static int run(String[] line, PrintStream out, PrintStream err, boolean terminal)
      throws InterruptedException {
    DemoOptions options;
    try {
      Arguments arguments = DemoOptions.arguments(line);
      if (arguments.has("help")) {
        out.print(DemoOptions.HELP);
        return OK;
      }
      options = DemoOptions.of(arguments);
    } catch (IllegalArgumentException e) {
      err.println("demo: " + e.getMessage());
      err.print(DemoOptions.HELP);
      return USAGE;
    }
    PICKER_LOG.setLevel(Level.WARNING);
    try {
      return new Demo(options, out, err, terminal).run();
    } catch (IOException | StartFailure e) {
      err.println("demo: " + e.getMessage());
      return FAILED;
    }
  }

  private int run() throws IOException, StartFailure, InterruptedException {
    Trace trace = Trace.conversations().first(options.requests());
    Replay replay = new Replay(trace, options.speed(), options.seed());
    Path directory = Files.createTempDirectory("pickwick-demo");
    Path file = directory.resolve("endpoints.yaml");
    // Ctrl-C ends the process, not this method; the directory is registered first and goes last.
    directory.toFile().deleteOnExit();
    file.toFile().deleteOnExit();
    try (Pool pool = Pool.start(options.seed())) {
      Files.writeString(file, pool.endpointsFile());
      Components picker = Components.start(flags(file));
      try (Gateway gateway = gateway(options.port(), picker.grpcPort(), pool)) {
        return compare(replay, pool, picker, gateway);
      } finally {
        picker.stop(Duration.ZERO);
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }

  private int compare(Replay replay, Pool pool, Components picker, Gateway gateway)
      throws IOException, InterruptedException {
    progress.println("gateway on " + gateway.url());
    progress.println(
        "metrics of the picker on http://127.0.0.1:" + picker.metricsPort() + "/metrics");
    Outcome picked = replay(replay, "Pickwick", pool, gateway.url());
    Outcome dealt = roundRobin(replay);
    boolean failed = !picked.isComplete() || !dealt.isComplete();
    if (options.json()) {
      ObjectNode document = JSON.createObjectNode();
      document.set("pickwick", picked.json());
      document.set("round_robin", dealt.json());
      out.println(document.toPrettyString());
    } else {
      comparison(picked, dealt).forEach(out::println);
    }
    for (String failure : picked.failures()) {
      progress.println("failed through Pickwick: " + failure);
    }
    for (String failure : dealt.failures()) {
      progress.println("failed through round robin: " + failure);
    }
    if (!options.ends() && !failed) {
      out.println();
      out.println("Still up: try   curl -s " + gateway.url() + "/v1/completions \\");
      out.println("    -H 'Content-Type: application/json' \\");
      out.println("    -d '{\"model\":\"demo/llama\",\"prompt\":\"hi\",\"max_tokens\":8}' -D - \\");
      out.println("    | grep -i x-inference-pod");
      out.println("Ctrl-C ends it.");
      new CountDownLatch(1).await();
    }
    return failed ? FAILED : OK;
  }

  private Outcome roundRobin(Replay replay) throws IOException, InterruptedException {
    try (Pool pool = Pool.start(options.seed());
        RoundRobinPicker picker =
            new RoundRobinPicker(pool.endpoints(), endpoint -> Pool.name(pool.indexOf(endpoint)));
        Gateway gateway = gateway(0, picker.port(), pool)) {
      return replay(replay, "round robin", pool, gateway.url());
    }
  }

  private Outcome replay(Replay replay, String way, Pool pool, String url)
      throws InterruptedException {
    progress.println(way + ": warming up ...");
    Replay.warmUp(url);
    Tally tally = new Tally(pool.size());
    long start = System.nanoTime();
    AtomicInteger sent = new AtomicInteger(-1);
    Thread sender =
        Thread.ofPlatform()
            .name("replay")
            .start(
                () -> {
                  try {
                    sent.set(replay.run(url, pool::indexOf, tally, options.duration()));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    do {
      display.update(Table.lines(way, pool, tally, replay.size(), seconds(start)));
      sender.join(Display.intervalMillis());
    } while (sender.isAlive());
    double seconds = seconds(start);
    display.finish(Table.lines(way, pool, tally, sent.get(), seconds));
    return Outcome.of(way, pool, tally, sent.get(), seconds);
  }

  static List<String> comparison(Outcome picked, Outcome dealt) {
    return List.of(
        "",
        String.format(Locale.ROOT, "%-28s %12s %12s", "as measured", picked.way(), dealt.way()),
        row("TTFT p50", Table.millis(picked.p50()), Table.millis(dealt.p50())),
        row("TTFT p90", Table.millis(picked.p90()), Table.millis(dealt.p90())),
        row("prompt tokens from the cache", percent(picked.hits()), percent(dealt.hits())),
        row("share of the slow pod", percent(picked.slowShare()), percent(dealt.slowShare())),
        row(
            "seconds for all requests",
            String.format(Locale.ROOT, "%.1f", picked.seconds()),
            String.format(Locale.ROOT, "%.1f", dealt.seconds())),
        verdict(picked.p90(), dealt.p90()));
  }

  private static String verdict(double picked, double dealt) {
    if (Double.isNaN(picked) || Double.isNaN(dealt)) {
      return "No comparison: one of the two answered nothing.";
    }
    return picked <= dealt
        ? String.format(Locale.ROOT, "TTFT p90 is %.1f times lower with Pickwick.", dealt / picked)
        : String.format(
            Locale.ROOT, "TTFT p90 is %.1f times lower with round robin.", picked / dealt);
  }

  private static String row(String what, String picked, String dealt) {
    return String.format(Locale.ROOT, "%-28s %12s %12s", what, picked, dealt);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  private static Gateway gateway(int port, int pickerPort, Pool pool) throws IOException {
    return Gateway.start(
        GatewayOptions.to("127.0.0.1:" + pickerPort)
            .listenOn("127.0.0.1", port)
            .endpoints(Set.copyOf(pool.endpoints())));
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
    throw new IllegalStateException("the demo's own flags are not understood");
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
