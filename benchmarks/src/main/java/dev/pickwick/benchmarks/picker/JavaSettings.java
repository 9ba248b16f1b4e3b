package dev.pickwick.benchmarks.picker;

import java.util.List;
import java.util.Map;

/**
 * How a Java machine is set up for a memory limit, as {@code docs/operations.md} recommends.
 *
 * @param options command line options
 * @param environment variables
 */
public record JavaSettings(List<String> options, Map<String, String> environment) {

  /** What a picker takes beside its heap in any case, in MiB. */
  private static final int BESIDE_HEAP_MIB = 128;

  private static final int LEAST_HEAP_MIB = 48;

  public JavaSettings {
    options = List.copyOf(options);
    environment = Map.copyOf(environment);
  }

  /**
   * For a limit: three sixteenths of it and 128 MiB are left beside the heap, so 256 MiB make a
   * heap of 80 and 512 MiB one of 288.
   *
   * @param mib in MiB
   */
  public static JavaSettings forLimit(int mib) {
    return forHeap(Math.max(LEAST_HEAP_MIB, mib * 13 / 16 - BESIDE_HEAP_MIB));
  }

  /**
   * For a heap.
   *
   * @param mib its greatest size, in MiB
   */
  public static JavaSettings forHeap(int mib) {
    return new JavaSettings(
        List.of(
            "-Xms16m",
            "-Xmx" + mib + "m",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=96m",
            "-Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=6",
            "-Dio.grpc.netty.shaded.io.netty.allocator.numDirectArenas=2"),
        Map.of("MALLOC_ARENA_MAX", "2"));
  }
}
