package dev.pickwick.benchmarks.flame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processor time by what it was spent on: each sample belongs to the innermost call whose owner is
 * known, so that a buffer copied inside a write counts as buffers, and the JDK's own calls count
 * for who made them.
 */
final class Costs {

  private static final String OTHER = "the rest";

  /** First match counts; so what is special stands before what is general. */
  private static final List<Owner> OWNERS =
      List.of(
          new Owner("io.netty.channel.unix.", "system calls: sockets and waiting for them"),
          new Owner("io.netty.channel.epoll.Native.", "system calls: sockets and waiting for them"),
          new Owner("io.netty.internal.tcnative.", "TLS"),
          new Owner("io.netty.handler.ssl.", "TLS"),
          new Owner("io.netty.handler.codec.http2.", "HTTP/2: frames, headers, flow control"),
          new Owner("io.netty.handler.codec.", "HTTP/1.1 of scrapes"),
          new Owner("io.netty.buffer.", "network buffers"),
          new Owner("io.netty.", "event loop"),
          new Owner("io.grpc.", "gRPC calls and messages"),
          new Owner("dev.pickwick.proto.", "picker: reading messages, writing replies"),
          new Owner("dev.pickwick.epp.body.", "picker: scanning bodies"),
          new Owner("dev.pickwick.scheduler.prompt.", "picker: hashing prompts"),
          new Owner("dev.pickwick.scheduler.prefix.", "picker: prefix index"),
          new Owner("dev.pickwick.scheduler.", "picker: choosing"),
          new Owner("dev.pickwick.scraper.", "picker: scraping"),
          new Owner("dev.pickwick.epp.serving.", "picker: counting"),
          new Owner("dev.pickwick.", "picker: the stream's own state"));

  private final Map<String, Long> nanosByOwner = new LinkedHashMap<>();
  private long total;

  /** Adds one sample; parameters as of {@link Samples.Sink#sample}. */
  void add(List<String> stack, long nanos) {
    total += nanos;
    nanosByOwner.merge(owner(stack), nanos, Long::sum);
  }

  /** Adds time that no sample can show. */
  void add(String what, long nanos) {
    total += nanos;
    nanosByOwner.merge(what, nanos, Long::sum);
  }

  /** The costs, the largest first. */
  List<Cost> largestFirst() {
    List<Cost> costs = new ArrayList<>();
    nanosByOwner.forEach((what, nanos) -> costs.add(new Cost(what, nanos, (double) nanos / total)));
    costs.sort(Comparator.comparingLong(Cost::nanos).reversed());
    return costs;
  }

  private static String owner(List<String> stack) {
    for (int i = stack.size() - 1; i >= 0; i--) {
      for (Owner owner : OWNERS) {
        if (stack.get(i).startsWith(owner.prefix)) {
          return owner.cost;
        }
      }
    }
    return OTHER;
  }

  /**
   * Time spent on one thing.
   *
   * @param nanos processor time, in nanoseconds
   * @param share of all, in [0, 1]
   */
  record Cost(String what, long nanos, double share) {}

  private record Owner(String prefix, String cost) {}
}
