package dev.pickwick.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.scheduler.Decision.Picked;
import dev.pickwick.scheduler.Decision.Reason;
import dev.pickwick.scheduler.Decision.Rejected;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.profile.SingleProfileHandler;
import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scheduler.spi.Filter;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.ProfileHandler;
import dev.pickwick.scheduler.spi.RequestObserver;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassTest {

  private static final Picker FIRST_OF_THE_BEST =
      (candidates, totals, chosen) -> {
        chosen[0] = 0;
        for (int i = 1; i < candidates.size(); i++) {
          if (totals[i] > totals[chosen[0]]) {
            chosen[0] = i;
          }
        }
        return 1;
      };

  private final TestPool pool = TestPool.idle(3);
  private final Recorder events = new Recorder();
  private final Scheduler scheduler =
      new Scheduler(pool.store(), SchedulerOptions.DEFAULT, pool.nanos(), events);

  @Test
  void schedule_noEndpoints_isRejected() {
    pool.store().replace(List.of());

    assertThat(scheduled(profile())).isEqualTo(noCandidates(Reason.NO_ENDPOINTS));
  }

  @Test
  void schedule_noPipeline_isAMistake() {
    assertThatThrownBy(() -> scheduler.newPass().schedule(TestPool.request()))
        .hasMessage("pipeline: none (expected: one installed)");
  }

  @Test
  void schedule_subset_isHonoured() {
    scheduler.install(TestPool.pipeline(FIRST_OF_THE_BEST));
    Pass pass = scheduler.newPass();

    assertThat(name(pass.schedule(TestPool.request(List.of("10.0.0.2:8000"))))).isEqualTo("pod-2");
    assertThat(pass.schedule(TestPool.request(List.of("10.9.9.9"))))
        .isEqualTo(noCandidates(Reason.NO_CANDIDATES));
    assertThat(pass.schedule(TestPool.request(List.of())))
        .isEqualTo(noCandidates(Reason.NO_CANDIDATES));
  }

  @Test
  void schedule_subsetIgnored_takesAnyEndpoint() {
    Scheduler careless = pool.scheduler(new SchedulerOptions(true, true), FIRST_OF_THE_BEST);

    assertThat(name(careless.newPass().schedule(TestPool.request(List.of("10.0.0.2:8000")))))
        .isEqualTo("pod-0");
  }

  @Test
  void schedule_filtersLeaveNone_isRejectedWithTheProfile() {
    Filter nothing = (request, candidates) -> candidates.retainIf(i -> false);
    Filter unreachable = (request, candidates) -> fail();

    assertThat(scheduled(new Profile("mine", List.of(nothing, unreachable), List.of(), picker())))
        .isEqualTo(
            new Rejected(
                Reason.FILTERED,
                "failed to find target endpoint: failed to run scheduler profile 'mine'"));
    assertThat(events.told).isEmpty();
  }

  @Test
  void schedule_weights_areNotNormalised() {
    // 3 x 0.5 + 1 x 0 = 1.5 beats 3 x 0 + 1 x 1 = 1, though the second is best for its scorer.
    assertThat(name(scheduled(profile(weighted(3, 0.5, 0, 0), weighted(1, 0, 1, 0)))))
        .isEqualTo("pod-0");
    assertThat(name(scheduled(profile(weighted(-1, 1, 0.5, 1))))).isEqualTo("pod-1");
    assertThat(name(scheduled(profile(weighted(0, 0, 0, 1), weighted(0.1, 0, 1, 0)))))
        .isEqualTo("pod-1");
  }

  @Test
  void schedule_scoresOutOfRange_areClamped() {
    double[] totals = totals(weighted(1, 7, -3, Double.NaN));
    assertThat(totals).containsExactly(1, 0, 0);

    totals = totals(weighted(2, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -Double.NaN));
    assertThat(totals).containsExactly(2, 0, 0);

    totals = totals(weighted(1, -0.0, 1.0000001, Double.MIN_VALUE));
    assertThat(totals).containsExactly(0, 1, Double.MIN_VALUE);
  }

  @Test
  void schedule_scorerThrows_costsItsOwnVote() {
    Scorer broken =
        (request, candidates, scores) -> {
          Arrays.fill(scores, 0, 2, 1);
          throw new IllegalStateException("broken");
        };

    double[] totals = totals(new WeightedScorer(broken, 5), weighted(1, 0, 0, 1));

    assertThat(totals).containsExactly(0, 0, 1);
    assertThat(events.told).containsExactly("failed: broken");
  }

  @Test
  void schedule_pluginFailsForAWhile_isToldOnceEach() {
    Flaky flaky = new Flaky();
    scheduler.install(TestPool.pipeline(FIRST_OF_THE_BEST, flaky));
    Pass pass = scheduler.newPass();

    for (boolean failing : new boolean[] {false, true, true, false, false, true}) {
      flaky.failing = failing;
      assertThat(pass.schedule(TestPool.request())).isInstanceOf(Picked.class);
    }

    assertThat(events.told).containsExactly("failed: flaky", "recovered", "failed: flaky");
  }

  @Test
  void schedule_filterThrows_isSkipped() {
    Filter broken = (request, candidates) -> fail();
    Filter last = (request, candidates) -> candidates.retainIf(i -> i == 2);
    Profile profile = new Profile("p", List.of(broken, last), List.of(), picker());

    assertThat(name(scheduled(profile))).isEqualTo("pod-2");
    assertThat(events.told).containsExactly("failed: broken");
  }

  @Test
  void schedule_pickerThrowsOrMisbehaves_bestTotalIsTaken() {
    List<Picker> bad =
        List.of(
            (candidates, totals, chosen) -> fail(),
            (candidates, totals, chosen) -> 0,
            (candidates, totals, chosen) -> 99,
            (candidates, totals, chosen) -> {
              chosen[0] = -1;
              return 1;
            },
            (candidates, totals, chosen) -> {
              chosen[0] = 3;
              return 1;
            });
    for (Picker picker : bad) {
      events.told.clear();
      Profile profile = new Profile("p", List.of(), List.of(weighted(1, 0, 1, 0)), picker);

      assertThat(name(scheduled(profile))).isEqualTo("pod-1");
      assertThat(events.told).hasSize(1);
    }
  }

  @Test
  void schedule_handlerProducerAndObserverThrow_requestIsRoutedAnyway() {
    ProfileHandler handler = (request, profiles) -> profiles.get(fail());
    DataProducer producer = (request, candidates) -> fail();
    RequestObserver observer = (request, endpoint) -> fail();
    scheduler.install(
        new Pipeline(
            handler, List.of(profile(weighted(1, 0, 0, 1))), List.of(producer), List.of(observer)));

    assertThat(name(scheduler.newPass().schedule(TestPool.request()))).isEqualTo("pod-2");
    assertThat(events.told).hasSize(3);
  }

  @Test
  void schedule_handlerMakesUpAProfile_firstDecides() {
    ProfileHandler handler =
        (request, profiles) -> new Profile("other", List.of(), List.of(), FIRST_OF_THE_BEST);
    scheduler.install(
        new Pipeline(handler, List.of(profile(weighted(1, 0, 1, 0))), List.of(), List.of()));

    assertThat(name(scheduler.newPass().schedule(TestPool.request()))).isEqualTo("pod-1");
    assertThat(events.told).hasSize(1);
  }

  @Test
  void schedule_linkageErrorOfAPlugin_isItsOwnTrouble() {
    Scorer broken =
        (request, candidates, scores) -> {
          throw new NoClassDefFoundError("broken");
        };

    assertThat(scheduled(profile(new WeightedScorer(broken, 1)))).isInstanceOf(Picked.class);
    assertThat(events.told).containsExactly("failed: broken");
  }

  @Test
  void schedule_picked_isChargedAndObserved() {
    List<Endpoint> observed = new ArrayList<>();
    scheduler.install(
        new Pipeline(
            new SingleProfileHandler(),
            List.of(profile(weighted(1, 0, 1, 0))),
            List.of(),
            List.of((RequestObserver) (request, endpoint) -> observed.add(endpoint))));

    Picked picked = (Picked) scheduler.newPass().schedule(TestPool.request());

    assertThat(picked.fallbacks()).isEmpty();
    assertThat(observed).containsExactly(pool.endpoint(1));
    assertThat(pool.endpoint(1).inFlight()).isEqualTo(1);
    assertThat(pool.store().inFlight()).isEqualTo(1);
    assertThat(picked.ticket().close()).isTrue();
    assertThat(pool.store().inFlight()).isZero();
  }

  @Test
  void schedule_observerRunsOutOfMemory_chargeIsTakenBack() {
    RequestObserver exhausted =
        (request, endpoint) -> {
          throw new OutOfMemoryError("scripted");
        };
    scheduler.install(
        new Pipeline(
            new SingleProfileHandler(), List.of(profile()), List.of(), List.of(exhausted)));
    Pass pass = scheduler.newPass();

    assertThatThrownBy(() -> pass.schedule(TestPool.request())).hasMessage("scripted");

    assertThat(pool.store().inFlight()).isZero();
    assertThat(pool.endpoint(0).unscraped()).isZero();
  }

  @Test
  void schedule_listenerThrows_chargeIsTakenBack() {
    SchedulerEvents afterwards =
        new SchedulerEvents() {
          @Override
          public void decided(InferenceRequest request, long nanosTaken, Decision decision) {
            throw new IllegalStateException("at the end: " + decision.getClass().getSimpleName());
          }
        };
    SchedulerEvents between =
        new SchedulerEvents() {
          @Override
          public void prefixMatched(int matchedBlocks, int totalBlocks, int blockBytes) {
            throw new IllegalStateException("in between");
          }
        };
    DataProducer prefix = (request, candidates) -> candidates.setPrefixTotal(8);
    Pipeline pipeline =
        new Pipeline(new SingleProfileHandler(), List.of(profile()), List.of(prefix), List.of());

    assertThatThrownBy(() -> scheduledWith(afterwards, pipeline)).hasMessage("at the end: Picked");
    assertThatThrownBy(() -> scheduledWith(between, pipeline)).hasMessage("in between");
    assertThat(pool.store().inFlight()).isZero();

    pool.store().replace(List.of());
    assertThatThrownBy(() -> scheduledWith(afterwards, pipeline))
        .hasMessage("at the end: Rejected");
  }

  @Test
  void schedule_severalPicked_restAreFallbacksAndNotCharged() {
    Picker all =
        (candidates, totals, chosen) -> {
          for (int i = 0; i < 3; i++) {
            chosen[i] = 2 - i;
          }
          return 3;
        };
    scheduler.install(TestPool.pipeline(all));

    Picked picked = (Picked) scheduler.newPass().schedule(TestPool.request());

    assertThat(picked.ticket().endpoint()).isSameAs(pool.endpoint(2));
    assertThat(picked.fallbacks()).containsExactly(pool.endpoint(1), pool.endpoint(0));
    assertThat(pool.store().inFlight()).isEqualTo(1);
  }

  @Test
  void schedule_prefixKnown_isTold() {
    DataProducer producer =
        (request, candidates) -> {
          candidates.setPrefixTotal(8);
          candidates.setPrefixBlocks(2, 5);
        };
    Scorer scorer =
        (request, candidates, scores) -> {
          for (int i = 0; i < candidates.size(); i++) {
            scores[i] = candidates.prefixBlocks(i) / (double) candidates.prefixTotal();
          }
        };
    scheduler.install(
        new Pipeline(
            new SingleProfileHandler(),
            List.of(profile(new WeightedScorer(scorer, 1))),
            List.of(producer),
            List.of()));

    assertThat(name(scheduler.newPass().schedule(TestPool.request()))).isEqualTo("pod-2");
    assertThat(events.told).containsExactly("prefix: 5/8");
  }

  @Test
  void schedule_loadMovesDuringThePass_passIsRepeated() {
    int[] passes = {0};
    Scorer disturbing =
        (request, candidates, scores) -> {
          scores[1] = candidates.inFlight(1) == 0 ? 1 : 0;
          scores[2] = 0.5;
          if (passes[0]++ == 0) {
            pool.charge(1);
          }
        };

    assertThat(name(scheduled(profile(new WeightedScorer(disturbing, 1))))).isEqualTo("pod-2");
    assertThat(passes[0]).isEqualTo(2);
  }

  @Test
  void schedule_loadMovesInEveryPass_isChargedInTheEnd() {
    int[] passes = {0};
    Scorer disturbing =
        (request, candidates, scores) -> {
          scores[1] = 1;
          passes[0]++;
          pool.charge(1);
        };

    assertThat(name(scheduled(profile(new WeightedScorer(disturbing, 1))))).isEqualTo("pod-1");
    assertThat(passes[0]).isEqualTo(65);
    assertThat(pool.endpoint(1).inFlight()).isEqualTo(66);
  }

  @Test
  void schedule_unscrapedNotCounted_oneMoveIsNoRace() {
    int[] passes = {0};
    Scorer disturbing =
        (request, candidates, scores) -> {
          passes[0]++;
          pool.charge(0);
        };
    Scheduler plain = pool.scheduler(new SchedulerOptions(false, false), picker(), disturbing);

    assertThat(name(plain.newPass().schedule(TestPool.request()))).isEqualTo("pod-0");
    assertThat(passes[0]).isEqualTo(1);
    assertThat(pool.endpoint(0).inFlight()).isEqualTo(2);
    assertThat(pool.endpoint(0).unscraped()).isEqualTo(1);
  }

  @Test
  void schedule_winnerLeavesForGoodDuringThePass_anotherIsPicked() {
    Scorer leaving =
        (request, candidates, scores) -> {
          if (candidates.size() == 3) {
            scores[0] = 1;
            pool.store().replace(List.of(TestPool.spec(1)));
            pool.store().replace(List.of(TestPool.spec(1)));
          }
        };

    assertThat(name(scheduled(profile(new WeightedScorer(leaving, 1))))).isEqualTo("pod-1");
    assertThat(pool.store().inFlight()).isEqualTo(1);
  }

  @Test
  void install_anotherPipeline_isUsedByExistingPasses() {
    scheduler.install(TestPool.pipeline(FIRST_OF_THE_BEST, weighted(1, 1, 0, 0).scorer()));
    Pass pass = scheduler.newPass();
    assertThat(name(pass.schedule(TestPool.request()))).isEqualTo("pod-0");

    scheduler.install(TestPool.pipeline(FIRST_OF_THE_BEST, weighted(1, 0, 1, 0).scorer()));

    assertThat(name(pass.schedule(TestPool.request()))).isEqualTo("pod-1");
  }

  @Test
  void promptHashing_firstProducerThatWantsOne() {
    scheduler.install(TestPool.pipeline(FIRST_OF_THE_BEST));
    assertThat(scheduler.promptHashing()).isEqualTo(PromptHashing.NONE);

    scheduler.install(
        new Pipeline(
            new SingleProfileHandler(),
            List.of(profile()),
            List.of((request, candidates) -> {}, new Hashing(64), new Hashing(128)),
            List.of()));

    assertThat(scheduler.promptHashing()).isEqualTo(new PromptHashing(64, 256));
  }

  @Test
  void promptHashing_alwaysThrowsWhileProducingWorks_isToldOnce() {
    scheduler.install(
        new Pipeline(
            new SingleProfileHandler(),
            List.of(profile()),
            List.of(new NoHashing(), new Hashing(64)),
            List.of()));
    Pass pass = scheduler.newPass();

    for (int i = 0; i < 3; i++) {
      assertThat(scheduler.promptHashing()).isEqualTo(new PromptHashing(64, 256));
      assertThat(pass.schedule(TestPool.request())).isInstanceOf(Picked.class);
    }

    assertThat(events.told).containsExactly("failed: no hashing");
  }

  @Test
  void weightedScorer_weightNotFinite_isRefused() {
    assertThatThrownBy(() -> weighted(Double.NaN)).hasMessageContaining("weight: NaN");
    assertThatThrownBy(() -> weighted(Double.POSITIVE_INFINITY)).hasMessageContaining("Infinity");
  }

  private Decision scheduledWith(SchedulerEvents listener, Pipeline pipeline) {
    Scheduler other = new Scheduler(pool.store(), SchedulerOptions.DEFAULT, pool.nanos(), listener);
    other.install(pipeline);
    return other.newPass().schedule(TestPool.request());
  }

  private Decision scheduled(Profile profile) {
    scheduler.install(
        new Pipeline(new SingleProfileHandler(), List.of(profile), List.of(), List.of()));
    return scheduler.newPass().schedule(TestPool.request());
  }

  private double[] totals(WeightedScorer... scorers) {
    double[] seen = new double[3];
    Picker spy =
        (candidates, totals, chosen) -> {
          System.arraycopy(totals, 0, seen, 0, 3);
          chosen[0] = 0;
          return 1;
        };
    scheduled(new Profile("p", List.of(), List.of(scorers), spy));
    return seen;
  }

  private static Profile profile(WeightedScorer... scorers) {
    return new Profile("default", List.of(), List.of(scorers), FIRST_OF_THE_BEST);
  }

  private static Picker picker() {
    return FIRST_OF_THE_BEST;
  }

  private static WeightedScorer weighted(double weight, double... given) {
    return new WeightedScorer(
        (request, candidates, scores) -> System.arraycopy(given, 0, scores, 0, given.length),
        weight);
  }

  private static String name(Decision decision) {
    return ((Picked) decision).ticket().endpoint().id().name();
  }

  private static Rejected noCandidates(Reason reason) {
    return new Rejected(reason, "failed to find endpoint candidates for serving the request");
  }

  private static int fail() {
    throw new IllegalStateException("broken");
  }

  private static final class Flaky implements Scorer {

    private boolean failing;

    @Override
    public void score(InferenceRequest request, Candidates candidates, double[] scores) {
      if (failing) {
        throw new IllegalStateException("flaky");
      }
    }
  }

  private record Hashing(int blockBytes) implements DataProducer {

    @Override
    public void produce(InferenceRequest request, Candidates candidates) {}

    @Override
    public PromptHashing promptHashing(EndpointSnapshot endpoints) {
      return new PromptHashing(blockBytes, 256);
    }
  }

  private static final class NoHashing implements DataProducer {

    @Override
    public void produce(InferenceRequest request, Candidates candidates) {}

    @Override
    public PromptHashing promptHashing(EndpointSnapshot endpoints) {
      throw new IllegalStateException("no hashing");
    }
  }

  private static final class Recorder implements SchedulerEvents {

    private final List<String> told = new ArrayList<>();

    @Override
    public void prefixMatched(int matchedBlocks, int totalBlocks, int blockBytes) {
      told.add("prefix: " + matchedBlocks + "/" + totalBlocks);
    }

    @Override
    public void pluginFailed(Plugin plugin, Throwable cause) {
      told.add("failed: " + cause.getMessage());
    }

    @Override
    public void pluginRecovered(Plugin plugin) {
      told.add("recovered");
    }
  }
}
