package dev.pickwick.testbed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulated engine on a clock that the tests move. */
class EngineTest {

  private final VirtualTimeline timeline = new VirtualTimeline();

  /** Remembers when tokens came, in milliseconds. */
  private final class Log implements Engine.Listener {
    private final List<Long> tokens = new ArrayList<>();
    private boolean finished;

    @Override
    public void tokens(int count) {
      for (int i = 0; i < count; i++) {
        tokens.add(timeline.nanoTime() / 1_000_000);
      }
    }

    @Override
    public void finished() {
      finished = true;
    }
  }

  private static ModelServerOptions options() {
    return ModelServerOptions.of("m")
        .latency(Latency.fixed(Duration.ofMillis(100), Duration.ofMillis(10)));
  }

  private static Engine.Work work(String prompt, String adapter, int tokens) {
    return new Engine.Work(PromptBlocks.of(prompt, adapter, 16), adapter, tokens, tokens, true);
  }

  private Log submit(Engine engine, Engine.Work work) {
    var log = new Log();
    assertThat(engine.submit(work, log)).isInstanceOf(Engine.Admission.Accepted.class);
    return log;
  }

  @Test
  void tokens_comeAfterPrefillAndThenEvenly() {
    var engine = new Engine(options(), timeline);
    Log log = submit(engine, work("hi", "", 3));
    assertThat(engine.state().running()).isEqualTo(1);
    timeline.advance(Duration.ofSeconds(1));
    assertThat(log.tokens).containsExactly(100L, 110L, 120L);
    assertThat(log.finished).isTrue();
    assertThat(engine.state().running()).isZero();
  }

  @Test
  void slowness_multipliesEveryDelay() {
    var engine = new Engine(options().slowness(4), timeline);
    Log log = submit(engine, work("hi", "", 2));
    timeline.advance(Duration.ofSeconds(1));
    assertThat(log.tokens).containsExactly(400L, 440L);
  }

  @Test
  void requests_beyondSlots_waitInOrder() {
    var engine = new Engine(options().slots(1, 10), timeline);
    Log first = submit(engine, work("a", "", 1));
    Log second = submit(engine, work("b", "", 1));
    Log third = submit(engine, work("c", "", 1));
    assertThat(engine.state().waiting()).isEqualTo(2);
    timeline.advance(Duration.ofSeconds(1));
    assertThat(first.tokens).containsExactly(100L);
    assertThat(second.tokens).containsExactly(200L);
    assertThat(third.tokens).containsExactly(300L);
  }

  @Test
  void queue_full_refuses() {
    var engine = new Engine(options().slots(1, 1), timeline);
    submit(engine, work("a", "", 1));
    submit(engine, work("b", "", 1));
    assertThat(engine.submit(work("c", "", 1), new Log()))
        .isEqualTo(new Engine.Admission.QueueFull());
    assertThat(engine.state().waiting()).isEqualTo(1);
  }

  @Test
  void queue_ofNone_stillFillsSlots() {
    var engine = new Engine(options().slots(1, 0), timeline);
    submit(engine, work("a", "", 1));
    assertThat(engine.submit(work("b", "", 1), new Log()))
        .isEqualTo(new Engine.Admission.QueueFull());
  }

  @Test
  void loadFactor_slowsWhatStartsLater() {
    var latency =
        new Latency(Duration.ofMillis(100), Duration.ZERO, Duration.ZERO, Duration.ZERO, 2, 0);
    var engine = new Engine(options().slots(5, 0).latency(latency), timeline);
    Log alone = submit(engine, work("a", "", 1));
    Log second = submit(engine, work("b", "", 1));
    Log third = submit(engine, work("c", "", 1));
    timeline.advance(Duration.ofSeconds(1));
    assertThat(alone.tokens).containsExactly(100L);
    assertThat(second.tokens).containsExactly(125L);
    assertThat(third.tokens).containsExactly(150L);
  }

  @Test
  void prefix_seenBefore_shortensPrefill() {
    var latency =
        new Latency(
            Duration.ZERO, Duration.ofMillis(10), Duration.ofMillis(1), Duration.ZERO, 1, 0);
    var engine = new Engine(options().latency(latency), timeline);
    String prompt = "x".repeat(4 * 160);
    Log cold = submit(engine, work(prompt, "", 1));
    timeline.advance(Duration.ofSeconds(1));
    Log warm = submit(engine, work(prompt + "yyyy", "", 1));
    timeline.advance(Duration.ofSeconds(1));
    assertThat(cold.tokens).containsExactly(170L);
    assertThat(warm.tokens).containsExactly(1011L);
    assertThat(engine.state().counters().prefixHits).isEqualTo(160);
    assertThat(engine.state().counters().prefixQueries).isEqualTo(321);
  }

  @Test
  void prefix_ofAnotherAdapter_doesNotCount() {
    var engine = new Engine(options().adapters(List.of("a"), 1), timeline);
    String prompt = "x".repeat(640);
    submit(engine, work(prompt, "", 1));
    timeline.advance(Duration.ofSeconds(1));
    submit(engine, work(prompt, "a", 1));
    timeline.advance(Duration.ofSeconds(1));
    assertThat(engine.state().counters().prefixHits).isZero();
  }

  @Test
  void cancelledRequest_freesSlotAndBlocks() {
    var engine = new Engine(options().slots(1, 5), timeline);
    var log = new Log();
    var admission = (Engine.Admission.Accepted) engine.submit(work("x".repeat(640), "", 9), log);
    Log next = submit(engine, work("b", "", 1));
    assertThat(engine.state().kvUsage()).isPositive();
    engine.cancel(admission.job());
    engine.cancel(admission.job());
    timeline.advance(Duration.ofSeconds(1));
    assertThat(log.tokens).isEmpty();
    assertThat(next.tokens).containsExactly(100L);
    assertThat(engine.state().kvUsage()).isZero();
    assertThat(engine.state().counters().finished).containsEntry("abort", 1L);
  }

  @Test
  void adapters_beyondSlots_waitUntilOneIsIdle() {
    var engine = new Engine(options().adapters(List.of("a", "b"), 1).slots(3, 9), timeline);
    Log a = submit(engine, work("p", "a", 1));
    Log b = submit(engine, work("p", "b", 1));
    Log again = submit(engine, work("q", "a", 1));
    assertThat(engine.state().running()).isEqualTo(2);
    assertThat(engine.state().loras()).containsKey(new LoraState(List.of("a"), List.of("b")));
    timeline.advance(Duration.ofSeconds(1));
    assertThat(a.tokens).containsExactly(100L);
    assertThat(again.tokens).containsExactly(100L);
    assertThat(b.tokens).containsExactly(200L);
  }

  @Test
  void request_largerThanTheCache_isRefused() {
    var engine = new Engine(options().cache(16, 4), timeline);
    assertThat(engine.submit(work("x".repeat(640), "", 1), new Log()))
        .isEqualTo(new Engine.Admission.TooLarge());
  }

  @Test
  void blocks_allHeld_makeTheNextWait() {
    var engine = new Engine(options().cache(16, 12), timeline);
    submit(engine, work("x".repeat(640), "", 1));
    Log next = submit(engine, work("y".repeat(640), "", 1));
    assertThat(engine.state().waiting()).isEqualTo(1);
    assertThat(engine.state().kvUsage()).isEqualTo(11.0 / 12);
    timeline.advance(Duration.ofSeconds(1));
    assertThat(next.tokens).containsExactly(200L);
  }

  @Test
  void spread_sameSeed_givesSameTimes() {
    var latency =
        new Latency(
            Duration.ofMillis(100), Duration.ZERO, Duration.ZERO, Duration.ofMillis(10), 1, 0.3);
    Log one = submit(new Engine(options().latency(latency), timeline), work("p", "", 20));
    Log other = submit(new Engine(options().latency(latency), timeline), work("p", "", 20));
    timeline.advance(Duration.ofSeconds(2));
    assertThat(one.tokens).hasSize(20).isEqualTo(other.tokens);
    assertThat(one.tokens.getFirst()).isBetween(30L, 170L).isNotEqualTo(100L);
  }
}
