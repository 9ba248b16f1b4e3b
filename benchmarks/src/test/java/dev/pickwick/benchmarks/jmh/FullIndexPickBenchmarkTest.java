package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index is full, the prompt is matched as said, and no pick leaves anything charged. */
class FullIndexPickBenchmarkTest {

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000, 10_000})
  void index_holdsAMillionBlocks(int endpoints) {
    FullIndexPool full = new FullIndexPool(endpoints);

    assertThat(full.pool.prefix().indexedBlocks()).isEqualTo(3_907 * 256);
    assertThat(FullIndexPool.conversations()).hasSize(3_907);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 10_000})
  void conversation_isHeldWholeByOne(int endpoints) {
    FullIndexPool full = new FullIndexPool(endpoints);

    InferenceRequest[] conversations = FullIndexPool.conversations();

    assertThat(held(full, conversations[0])).containsExactly(256);
    assertThat(held(full, conversations[conversations.length - 1])).containsExactly(256);
  }

  @Test
  void conversation_goesWhereItIsHeld() {
    FullIndexPickBenchmark benchmark = benchmark(100, 256);
    FullIndexPickBenchmark.Stream stream = new FullIndexPickBenchmark.Stream();
    stream.open(benchmark);
    InferenceRequest[] conversations = FullIndexPool.conversations();

    for (int i = 0; i < conversations.length; i++) {
      benchmark.pickAndRemember(stream);
    }

    assertThat(benchmark.full.pool.prefix().indexedBlocks()).isEqualTo(3_907 * 256);
    assertThat(held(benchmark.full, conversations[1])).containsExactly(256);
  }

  @Test
  void newPrompts_areHeldByNobody() {
    FullIndexPool full = new FullIndexPool(100);

    InferenceRequest[] prompts = FullIndexPool.newPrompts();

    assertThat(prompts).allMatch(prompt -> prompt.prompt().length() == 256);
    assertThat(held(full, prompts[0])).isEmpty();
    assertThat(held(full, prompts[prompts.length - 1])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void pick_isChargedAndClosed(int matched) {
    FullIndexPickBenchmark benchmark = benchmark(100, matched);
    FullIndexPickBenchmark.Stream stream = new FullIndexPickBenchmark.Stream();
    stream.open(benchmark);

    assertThat(benchmark.pick(stream)).isTrue();
    assertThat(benchmark.pickAndRemember(stream)).isTrue();
    assertThat(benchmark.full.pool.inFlight()).isZero();
    assertThat(benchmark.flatLoop()).isBetween(0, 99);
  }

  @Test
  void pickAndRemember_withoutMatch_findsThePromptForgottenNextTime() {
    FullIndexPickBenchmark benchmark = benchmark(10, 0);
    FullIndexPickBenchmark.Stream stream = new FullIndexPickBenchmark.Stream();
    stream.open(benchmark);
    InferenceRequest[] prompts = FullIndexPool.newPrompts();

    for (int i = 0; i < prompts.length; i++) {
      benchmark.pickAndRemember(stream);
    }

    assertThat(held(benchmark.full, prompts[0])).hasSize(1);
    assertThat(held(benchmark.full, prompts[1])).isEmpty();
  }

  @Test
  void pickAndRememberBy8_leavesNothingCharged() throws Exception {
    FullIndexPickBenchmark benchmark = benchmark(10, 256);
    List<Callable<Boolean>> streams = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FullIndexPickBenchmark.Stream stream = new FullIndexPickBenchmark.Stream();
      stream.open(benchmark);
      streams.add(
          () -> IntStream.range(0, 1_000).allMatch(pick -> benchmark.pickAndRememberBy8(stream)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Boolean> picked : threads.invokeAll(streams)) {
        assertThat(picked.get()).isTrue();
      }
    }

    assertThat(benchmark.full.pool.inFlight()).isZero();
  }

  private static FullIndexPickBenchmark benchmark(int endpoints, int matched) {
    FullIndexPickBenchmark benchmark = new FullIndexPickBenchmark();
    benchmark.endpoints = endpoints;
    benchmark.matched = matched;
    benchmark.setUp();
    return benchmark;
  }

  /** Blocks held, of those endpoints that hold any. */
  private static int[] held(FullIndexPool full, InferenceRequest request) {
    Candidates candidates = Candidates.of(full.pool.store.snapshot(), 0);
    full.pool.prefix().produce(request, candidates);
    return IntStream.range(0, candidates.size())
        .map(candidates::prefixBlocks)
        .filter(blocks -> blocks > 0)
        .toArray();
  }
}
