package dev.pickwick.testbed.server;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one fake model server is like.
 *
 * @param address where it listens
 * @param port 0 for any free one
 * @param model name of the base model
 * @param adapters names of the LoRA adapters it knows from the start
 * @param maxLoras adapters that can run at the same time, above 0
 * @param slots requests that run at the same time, above 0
 * @param queueLimit requests that may wait, at least 0; the next one gets 429
 * @param maxModelLen longest prompt and answer together, in tokens
 * @param latency how long it computes
 * @param slowness factor on every delay; 4 is a server four times as slow
 * @param blockSize tokens in one KV block
 * @param blocks KV blocks; 0 = no cache: nothing is reused and usage stays 0
 * @param dialect how the metrics page is written
 * @param filtersByName whether {@code ?name[]=} restricts the metrics page
 * @param podName sent as {@code x-inference-pod} with every answer; null = not sent
 * @param podNamespace sent as {@code x-inference-namespace}; null = not sent
 * @param seed what decides lengths and texts; servers with equal seeds give equal answers
 */
public record ModelServerOptions(
    InetAddress address,
    int port,
    String model,
    List<String> adapters,
    int maxLoras,
    int slots,
    int queueLimit,
    int maxModelLen,
    Latency latency,
    double slowness,
    int blockSize,
    int blocks,
    MetricsDialect dialect,
    boolean filtersByName,
    @Nullable String podName,
    @Nullable String podNamespace,
    long seed) {

  public ModelServerOptions {
    adapters = List.copyOf(adapters);
    atLeast(1, "maxLoras", maxLoras);
    atLeast(1, "slots", slots);
    atLeast(0, "queueLimit", queueLimit);
    atLeast(1, "maxModelLen", maxModelLen);
    atLeast(1, "blockSize", blockSize);
    atLeast(0, "blocks", blocks);
    if (!(slowness > 0)) {
      throw new IllegalArgumentException("slowness: " + slowness + " (expected: > 0)");
    }
  }

  /** A vLLM-like server on a free port of 127.0.0.1 with five slots, a cache and no delays. */
  public static ModelServerOptions of(String model) {
    return new ModelServerOptions(
        InetAddress.ofLiteral("127.0.0.1"),
        0,
        model,
        List.of(),
        1,
        5,
        1000,
        1 << 17,
        Latency.NONE,
        1,
        16,
        1024,
        MetricsDialect.VLLM,
        false,
        null,
        null,
        1);
  }

  public ModelServerOptions listenOn(InetAddress newAddress, int newPort) {
    return new ModelServerOptions(
        newAddress,
        newPort,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  /** As {@link #listenOn(InetAddress, int)}, the address given as text. */
  public ModelServerOptions listenOn(String newAddress, int newPort) {
    return listenOn(InetAddress.ofLiteral(newAddress), newPort);
  }

  public ModelServerOptions adapters(List<String> names, int newMaxLoras) {
    return new ModelServerOptions(
        address,
        port,
        model,
        names,
        newMaxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions slots(int newSlots, int newQueueLimit) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        newSlots,
        newQueueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions maxModelLen(int tokens) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        tokens,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions latency(Latency newLatency) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        newLatency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions slowness(double factor) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        factor,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions cache(int newBlockSize, int newBlocks) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        newBlockSize,
        newBlocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions dialect(MetricsDialect newDialect) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        newDialect,
        filtersByName,
        podName,
        podNamespace,
        seed);
  }

  public ModelServerOptions filtersByName(boolean filters) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filters,
        podName,
        podNamespace,
        seed);
  }

  /** Makes the server name itself in {@code x-inference-*} response headers, as the simulator. */
  public ModelServerOptions pod(@Nullable String name, @Nullable String namespace) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        name,
        namespace,
        seed);
  }

  public ModelServerOptions seed(long newSeed) {
    return new ModelServerOptions(
        address,
        port,
        model,
        adapters,
        maxLoras,
        slots,
        queueLimit,
        maxModelLen,
        latency,
        slowness,
        blockSize,
        blocks,
        dialect,
        filtersByName,
        podName,
        podNamespace,
        newSeed);
  }

  private static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
