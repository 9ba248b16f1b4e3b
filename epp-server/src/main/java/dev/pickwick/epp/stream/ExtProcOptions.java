package dev.pickwick.epp.stream;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the ext_proc server listens.
 *
 * @param address port 0 takes a free one
 * @param credentials TLS or {@link InsecureServerCredentials}
 * @param loops event loops, at least 1; as many as cores is right
 * @param keepAliveTime without a sign from a peer for so long, it is pinged; gRPC takes at least 10
 *     s
 * @param keepAliveTimeout a peer that does not answer the ping for so long is gone
 */
public record ExtProcOptions(
    InetSocketAddress address,
    ServerCredentials credentials,
    int loops,
    Duration keepAliveTime,
    Duration keepAliveTimeout) {

  public ExtProcOptions {
    if (loops < 1) {
      throw new IllegalArgumentException("loops: " + loops + " (expected: >= 1)");
    }
  }

  /** As many loops as cores; a peer that vanishes is noticed within 40 s. */
  public static ExtProcOptions of(InetSocketAddress address, ServerCredentials credentials) {
    return new ExtProcOptions(
        address,
        credentials,
        Runtime.getRuntime().availableProcessors(),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10));
  }
}
