package dev.pickwick.epp.stream;

import com.sun.management.OperatingSystemMXBean;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;

/** How much memory this process can use. */
public final class MemoryLimit {

  private MemoryLimit() {}

  /**
   * In bytes: the limit of the control group if there is one, and never more than maximum heap plus
   * maximum direct memory, which is all that bodies can lie in.
   */
  public static long bytes() {
    long usable = Runtime.getRuntime().maxMemory() + PlatformDependent.maxDirectMemory();
    // The JVM answers with the smaller of the control group's limit and the machine's memory.
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.min(system.getTotalMemorySize(), usable)
        : usable;
  }

  /** The default bound on all bodies together: a quarter of {@link #bytes()}. */
  public static long defaultBodyBytes() {
    return Math.max(1, bytes() / 4);
  }

  /**
   * What messages that are still arriving may occupy, in bytes: an eighth of direct memory. A
   * quarter is for the windows of streams that nobody reads, and a frame can keep a whole buffer.
   */
  static long arrivingBytes() {
    return Math.max(1, PlatformDependent.maxDirectMemory() / 8);
  }
}
