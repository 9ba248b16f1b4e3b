package dev.pickwick.epp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** However gateways behave, what is counted as in flight is what is in flight. */
class RandomConversationsTest {

  private static final int ROUNDS = 100;
  private static final int STREAMS = 100;

  @Test
  void tenThousand_withFaults_areCountedExactlyAndLoseNothing() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    try (LeakWatch leaks = new LeakWatch()) {
      try (TestServer server = new TestServer()) {
        ManagedChannel channel = server.connect(1 << 20);
        for (int round = 0; round < ROUNDS; round++) {
          boolean gatewayVanishes = random.nextInt(10) == 0;
          play(server, channel, random, gatewayVanishes);
          if (gatewayVanishes) {
            channel = server.connect(1 << 20);
          }
        }
        server.awaitIdle();
        assertThat(server.pool.endpoints.inFlight()).isZero();
        assertThat(server.budget.used()).isZero();
        assertThat(server.ends.unexpected).hasValue(0);
        assertThat(server.ends.total).hasValueGreaterThan(ROUNDS * STREAMS * 9 / 10);
      }
      leaks.assertNothingWasLost();
    }
  }

  /** Half way through, at a random moment of each stream, both accounts must agree. */
  private static void play(
      TestServer server, ManagedChannel channel, SplittableRandom random, boolean gatewayVanishes) {
    List<Plan> plans = new ArrayList<>();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      if (i == STREAMS / 3) {
        server.pool.resize(1);
      }
      if (i == STREAMS / 2) {
        server.pool.resize(3);
      }
      Plan plan = Plan.random(random);
      Caller caller = new Caller(channel);
      plan.someSteps(caller);
      plans.add(plan);
      callers.add(caller);
    }
    int ledger = plans.stream().mapToInt(Plan::inFlight).sum();
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(server.pool.endpoints.inFlight()).isEqualTo(ledger));

    if (gatewayVanishes) {
      channel.shutdownNow();
    } else {
      for (int i = 0; i < STREAMS; i++) {
        plans.get(i).allSteps(callers.get(i));
      }
    }
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(server.pool.endpoints.inFlight()).isZero());
  }
}
