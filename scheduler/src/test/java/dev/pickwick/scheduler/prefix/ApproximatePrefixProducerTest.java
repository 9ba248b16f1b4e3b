package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.spi.PluginContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ApproximatePrefixProducerTest {
  private static final long SECOND = 1_000_000_000;

  private long now;
  private final EndpointStore store = new EndpointStore(() -> now);
  private final ApproximatePrefixProducer producer;

  ApproximatePrefixProducerTest() {
    store.replace(List.of(spec("a", 1), spec("b", 2), spec("c", 3)));
    producer = new ApproximatePrefixProducer(PrefixParameters.DEFAULT, new Context());
  }

  @Test
  void produce_afterAPick_tellsTheMatchOfEachCandidate() {
    producer.picked(request(chain(1, 2, 3)), store.snapshot().get(1));

    Candidates candidates = produced(chain(1, 2, 9, 10));

    assertThat(candidates.prefixTotal()).isEqualTo(4);
    assertThat(candidates.prefixBlocks(0)).isZero();
    assertThat(candidates.prefixBlocks(1)).isEqualTo(2);
    assertThat(candidates.prefixBlocks(2)).isZero();
  }

  /** Numbers with gaps, four groups, and candidates left out: each still gets its own answer. */
  @Test
  void produce_acrossGroups_isWhatTheIndexSaysOfEachCandidate() {
    SplittableRandom random = new SplittableRandom(15);
    PrefixIndex index = new PrefixIndex(1_000_000, new SplittableRandom(16));
    producer.close();
    ApproximatePrefixProducer many =
        new ApproximatePrefixProducer(PrefixParameters.DEFAULT, new Context());
    store.replace(specs(250, i -> true));
    store.replace(specs(250, i -> random.nextInt(5) > 0 && (i < 60 || i > 135)));
    EndpointSnapshot snapshot = store.snapshot();
    assertThat(snapshot.size()).isGreaterThan(100);
    PromptChain prompt = chain(random.longs(20).toArray());
    for (int i = 0; i < snapshot.size(); i++) {
      int held = random.nextInt(3) > 0 ? random.nextInt(21) : 0;
      PromptChain beginning = beginning(prompt, held);
      many.picked(request(beginning), snapshot.get(i));
      index.record(snapshot.get(i), beginning, 1000);
    }
    for (int round = 0; round < 50; round++) {
      Candidates candidates = Candidates.of(snapshot, now);
      if (round > 0) {
        int oneIn = 1 + random.nextInt(20);
        candidates.retainIf(i -> random.nextInt(oneIn) == 0);
      }

      many.produce(request(prompt), candidates);

      for (int i = 0; i < candidates.size(); i++) {
        assertThat(candidates.prefixBlocks(i))
            .as("number %s", candidates.number(i))
            .isEqualTo(index.depth(candidates.endpoint(i), prompt, 0));
      }
    }
    many.close();
  }

  private static List<EndpointSpec> specs(int count, IntPredicate member) {
    List<EndpointSpec> specs = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      if (member.test(i)) {
        specs.add(spec("pod-" + i, i));
      }
    }
    return specs;
  }

  private static PromptChain beginning(PromptChain chain, int length) {
    long[] hashes = new long[length];
    Arrays.setAll(hashes, chain::hash);
    return chain(hashes);
  }

  @Test
  void produce_promptWithoutBlocks_leavesTheColumnsEmpty() {
    assertThat(produced(PromptChain.EMPTY).prefixTotal()).isZero();
  }

  @Test
  void score_isTheShareOfThePromptThatIsHeld() {
    producer.picked(request(chain(1, 2, 3)), store.snapshot().get(1));
    double[] scores = new double[3];

    new PrefixCacheScorer()
        .score(request(chain(1, 2, 9, 10)), produced(chain(1, 2, 9, 10)), scores);

    assertThat(scores).containsExactly(0, 0.5, 0);
  }

  @Test
  void score_noPrefix_isZeroForAll() {
    double[] scores = new double[3];

    new PrefixCacheScorer().score(request(PromptChain.EMPTY), produced(PromptChain.EMPTY), scores);

    assertThat(scores).containsExactly(0, 0, 0);
  }

  @Test
  void produce_endpointGoneAndBack_hasForgotten() {
    producer.picked(request(chain(1, 2, 3)), store.snapshot().get(1));
    store.replace(List.of(spec("a", 1), spec("c", 3)));
    store.replace(List.of(spec("a", 1), spec("b", 2), spec("c", 3)));

    Candidates candidates = produced(chain(1, 2, 3));

    assertThat(candidates.prefixBlocks(0) + candidates.prefixBlocks(1) + candidates.prefixBlocks(2))
        .isZero();
  }

  @Test
  void picked_engineReportsItsBlocks_holdsNoMore() {
    store.snapshot().get(0).scraped(metrics(16, 2));

    producer.picked(request(chain(1, 2, 3, 4)), store.snapshot().get(0));

    assertThat(produced(chain(1, 2, 3, 4)).prefixBlocks(0)).isEqualTo(2);
    assertThat(producer.indexedBlocks()).isEqualTo(2);
  }

  @Test
  void promptHashing_withoutReports_usesTheConfiguredBlockSize() {
    assertThat(producer.promptHashing(store.snapshot())).isEqualTo(new PromptHashing(64, 256));
  }

  @Test
  void promptHashing_mostEndpointsAgree_usesTheirBlockSizeWithinASecond() {
    producer.promptHashing(store.snapshot());
    store.snapshot().get(0).scraped(metrics(32, 100));
    store.snapshot().get(1).scraped(metrics(16, 100));
    store.snapshot().get(2).scraped(metrics(32, 100));

    now += 2 * SECOND;

    assertThat(producer.promptHashing(store.snapshot())).isEqualTo(new PromptHashing(128, 256));
  }

  @Test
  void close_leavesThePool() {
    producer.picked(request(chain(1, 2, 3)), store.snapshot().get(1));
    producer.close();
    store.replace(List.of());

    assertThat(producer.indexedBlocks()).isEqualTo(3);
  }

  @Test
  void mostEntries_growsWithTheHeapWithinLimits() {
    assertThat(ApproximatePrefixProducer.mostEntries(404L << 20)).isEqualTo(1 << 20);
    assertThat(ApproximatePrefixProducer.mostEntries(1)).isEqualTo(1024);
    assertThat(ApproximatePrefixProducer.mostEntries(Long.MAX_VALUE)).isEqualTo(1 << 23);
  }

  private Candidates produced(PromptChain chain) {
    Candidates candidates = Candidates.of(store.snapshot(), now);
    producer.produce(request(chain), candidates);
    return candidates;
  }

  private static InferenceRequest request(PromptChain chain) {
    return new InferenceRequest("id", "m", "m", 0, 100, chain, null, name -> null);
  }

  private static PromptChain chain(long... hashes) {
    return PromptChain.of(64, hashes);
  }

  private static EndpointMetrics metrics(int blockSize, int blocks) {
    return new EndpointMetrics(0, 0, 0, Set.of(), Set.of(), 0, blockSize, blocks, 0, 0, 50);
  }

  private static EndpointSpec spec(String name, int host) {
    return new EndpointSpec(
        new EndpointId("default", name), name, "10.0.0." + host, 8000, 8000, Map.of());
  }

  private final class Context implements PluginContext {
    @Override
    public EndpointStore endpoints() {
      return store;
    }

    @Override
    public LongSupplier nanos() {
      return () -> now;
    }

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(9);
    }
  }
}
