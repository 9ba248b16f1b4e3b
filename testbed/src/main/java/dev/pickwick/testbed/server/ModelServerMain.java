package dev.pickwick.testbed.server;

import dev.pickwick.testbed.Arguments;
import dev.pickwick.testbed.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fake model servers as a program of their own. */
public final class ModelServerMain {

  private static final String HELP =
      """
      Usage: model-server [options]

      Runs fake model servers until Ctrl-C.

        --listen IP:PORT           first server (127.0.0.1:8000)
        --count N                  number of servers, each on the next port (1)
        --model NAME               base model (demo/llama)
        --adapter NAME             a LoRA adapter; may be repeated
        --max-loras N              adapters running at the same time (1)
        --slots N                  requests running at the same time (5)
        --queue N                  requests that may wait; the next gets 429 (1000)
        --max-model-len N          longest prompt and answer, in tokens (131072)
        --time-to-first-token D    fixed delay, for example 80ms (0: from the prompt)
        --prefill-overhead D       fixed share of a computed prefill (0)
        --prefill-time-per-token D for each token that is not cached, for example 100us (0)
        --inter-token-latency D    between two tokens, for example 10ms (0)
        --load-factor X            slowdown when all slots run (1)
        --slowness X               factor on every delay (1)
        --block-size N             tokens in a KV block (16)
        --blocks N                 KV blocks, 0 = no cache (1024)
        --metrics DIALECT          sim, vllm, vllm-rust, sglang, trtllm or triton (vllm)
        --filter-by-name           honour /metrics?name[]=...
        --pod-name NAME            send x-inference-pod; with --count, a number is added
        --pod-namespace NAME       send x-inference-namespace
        --seed N                   decides lengths and texts (1)

      POST /admin/faults {"target":"metrics","kind":"delay","amount":500} spoils answers; {} ends it.
      Targets: metrics, api. Kinds: delay (ms), hang, reset, cut, status, html, empty, redirect, gzip,
      one-byte-chunks, huge (bytes), nan, missing.
      POST /admin/state {"running-requests":3,"waiting-requests":"ramp:10:0:5s","kv-cache-usage":0.3}
      forces metrics; {} ends it.
      """;

  private static final Set<String> VALUED =
      Set.of(
          "listen",
          "count",
          "model",
          "adapter",
          "max-loras",
          "slots",
          "queue",
          "max-model-len",
          "time-to-first-token",
          "prefill-overhead",
          "prefill-time-per-token",
          "inter-token-latency",
          "load-factor",
          "slowness",
          "block-size",
          "blocks",
          "metrics",
          "pod-name",
          "pod-namespace",
          "seed");

  private ModelServerMain() {}

  public static void main(String[] line) throws InterruptedException {
    System.exit(run(line));
  }

  private static int run(String[] line) throws InterruptedException {
    try {
      var arguments = Arguments.parse(line, VALUED, Set.of("filter-by-name", "help"));
      if (arguments.has("help")) {
        System.out.print(HELP);
        return 0;
      }
      for (ModelServerOptions options : options(arguments)) {
        ModelServer server = ModelServer.start(options);
        System.out.println(options.model() + " on http://" + server.endpoint());
      }
    } catch (IllegalArgumentException e) {
      System.err.println("model-server: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("model-server: " + e.getMessage());
      return 1;
    }
    Thread.currentThread().join();
    return 0;
  }

  private static List<ModelServerOptions> options(Arguments arguments) {
    InetSocketAddress first = HostPort.parse(arguments.text("listen", "127.0.0.1:8000"));
    var latency =
        new Latency(
            duration(arguments, "time-to-first-token"),
            duration(arguments, "prefill-overhead"),
            duration(arguments, "prefill-time-per-token"),
            duration(arguments, "inter-token-latency"),
            arguments.fraction("load-factor", 1),
            0);
    var base =
        ModelServerOptions.of(arguments.text("model", "demo/llama"))
            .adapters(arguments.all("adapter"), arguments.number("max-loras", 1))
            .slots(arguments.number("slots", 5), arguments.number("queue", 1000))
            .maxModelLen(arguments.number("max-model-len", 1 << 17))
            .latency(latency)
            .slowness(arguments.fraction("slowness", 1))
            .cache(arguments.number("block-size", 16), arguments.number("blocks", 1024))
            .dialect(MetricsDialect.named(arguments.text("metrics", "vllm")))
            .filtersByName(arguments.has("filter-by-name"))
            .seed(arguments.number("seed", 1));
    int count = arguments.number("count", 1);
    var all = new ArrayList<ModelServerOptions>();
    for (int i = 0; i < count; i++) {
      int port = first.getPort() == 0 ? 0 : first.getPort() + i;
      String pod = podName(arguments.text("pod-name"), i, count);
      all.add(base.listenOn(first.getAddress(), port).pod(pod, arguments.text("pod-namespace")));
    }
    return all;
  }

  private static @Nullable String podName(@Nullable String name, int index, int count) {
    return name == null || count == 1 ? name : name + '-' + index;
  }

  private static Duration duration(Arguments arguments, String name) {
    try {
      return Durations.parse(arguments.text(name, "0"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--" + name + ": " + e.getMessage(), e);
    }
  }
}
