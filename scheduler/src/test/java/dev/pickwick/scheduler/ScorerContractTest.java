package dev.pickwick.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every scorer owes the pass, whatever it scores. Whoever adds a scorer is tested at once. */
class ScorerContractTest {

  private static final double UNTOUCHED = 42;

  static Stream<Scorer> scorers() {
    TestPool pool = new TestPool(0);
    List<Scorer> scorers = new ArrayList<>();
    for (PluginFactory factory : ServiceLoader.load(PluginFactory.class)) {
      Plugin plugin =
          factory.create(
              factory.type(),
              Parameters.none(),
              new Context(pool.store(), pool.nanos(), new SplittableRandom(1)));
      if (plugin instanceof Scorer scorer) {
        scorers.add(scorer);
      }
    }
    assertThat(scorers).hasSizeGreaterThanOrEqualTo(3);
    return scorers.stream();
  }

  @ParameterizedTest
  @MethodSource("scorers")
  void score_noCandidates_writesNothing(Scorer scorer) {
    assertThat(scores(scorer, new TestPool(0).candidates())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("scorers")
  void score_oneCandidate_isInRange(Scorer scorer) {
    assertInRange(scores(scorer, TestPool.idle(1).candidates()), 1);
  }

  @ParameterizedTest
  @MethodSource("scorers")
  void score_anyLoads_isInRange(Scorer scorer) {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      TestPool pool = new TestPool(1 + random.nextInt(20));
      for (int i = 0; i < pool.store().snapshot().size(); i++) {
        if (random.nextInt(5) > 0) {
          pool.scrape(i, load(random), load(random), random.nextInt(5) / 4.0);
        }
      }
      Candidates candidates = prefixed(pool.candidates(), random);
      assertInRange(scores(scorer, candidates), candidates.size());
    }
  }

  @ParameterizedTest
  @MethodSource("scorers")
  void score_candidates_staysTheSame(Scorer scorer) {
    TestPool pool = TestPool.idle(3);
    pool.scrape(1, 5, 3, 0.5);
    Candidates candidates = prefixed(pool.candidates(), new SplittableRandom(3));
    List<String> before = described(candidates);

    double[] first = scores(scorer, candidates);
    double[] second = scores(scorer, candidates);

    assertThat(described(candidates)).isEqualTo(before);
    assertThat(second).containsExactly(first);
  }

  /** Scores with room behind the last one, which must stay as it was. */
  private static double[] scores(Scorer scorer, Candidates candidates) {
    int size = candidates.size();
    double[] scores = new double[size + 3];
    Arrays.fill(scores, size, size + 3, UNTOUCHED);
    scorer.score(request(), candidates, scores);
    assertThat(Arrays.copyOfRange(scores, size, size + 3)).containsOnly(UNTOUCHED);
    return Arrays.copyOf(scores, size);
  }

  private static InferenceRequest request() {
    return new InferenceRequest(
        "id", "model", "model", 0, 1, PromptChain.of(64, 1, 2, 3), null, RequestHeaders.NONE);
  }

  private static Candidates prefixed(Candidates candidates, SplittableRandom random) {
    candidates.setPrefixTotal(3);
    for (int i = 0; i < candidates.size(); i++) {
      candidates.setPrefixBlocks(i, random.nextInt(4));
    }
    return candidates;
  }

  private static int load(SplittableRandom random) {
    return random.nextInt(10) == 0 ? Integer.MAX_VALUE : random.nextInt(4);
  }

  private static void assertInRange(double[] scores, int size) {
    assertThat(scores).hasSize(size);
    assertThat(Arrays.stream(scores).boxed()).allMatch(score -> score >= 0 && score <= 1);
  }

  private static List<String> described(Candidates candidates) {
    return IntStream.range(0, candidates.size())
        .mapToObj(
            i ->
                candidates.endpoint(i)
                    + " "
                    + candidates.queue(i)
                    + " "
                    + candidates.running(i)
                    + " "
                    + candidates.kvUsage(i)
                    + " "
                    + candidates.inFlight(i)
                    + " "
                    + candidates.prefixBlocks(i)
                    + "/"
                    + candidates.prefixTotal())
        .toList();
  }

  private record Context(EndpointStore endpoints, LongSupplier nanos, RandomGenerator random)
      implements PluginContext {}
}
