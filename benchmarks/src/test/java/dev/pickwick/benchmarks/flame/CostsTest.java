package dev.pickwick.benchmarks.flame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pickwick.benchmarks.flame.Costs.Cost;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostsTest {
  private final Costs costs = new Costs();

  @Test
  void add_sample_belongsToTheInnermostKnownOwner() {
    costs.add(
        List.of(
            "java.lang.Thread.run",
            "io.netty.channel.Loop.run",
            "io.grpc.internal.MessageDeframer.deliver",
            "dev.pickwick.epp.stream.RequestStream.onMessage",
            "dev.pickwick.scheduler.prefix.PrefixIndex.depth",
            "java.util.Arrays.fill"),
        3);
    costs.add(List.of("io.netty.channel.Loop.run", "io.netty.channel.unix.Socket.send"), 5);
    costs.add(List.of("java.lang.Thread.run"), 2);
    costs.add("the Java machine itself", 10);

    List<Cost> largest = costs.largestFirst();
    assertThat(largest)
        .extracting(Cost::what)
        .containsExactly(
            "the Java machine itself",
            "system calls: sockets and waiting for them",
            "picker: prefix index",
            "the rest");
    assertThat(largest.getFirst().share()).isCloseTo(0.5, within(1e-9));
    assertThat(largest.stream().mapToDouble(Cost::share).sum()).isCloseTo(1, within(1e-9));
  }
}
