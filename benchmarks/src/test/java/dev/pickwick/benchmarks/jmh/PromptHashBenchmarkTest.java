package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.XxHash64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every block of the prompt is hashed. */
class PromptHashBenchmarkTest {

  @ParameterizedTest
  @ValueSource(ints = {4, 16, 400, 4096})
  void chain_hasEveryBlock(int kilobytes) {
    PromptHashBenchmark benchmark = new PromptHashBenchmark();
    benchmark.kilobytes = kilobytes;
    benchmark.build();

    PromptChain chain = benchmark.chain();

    assertThat(chain.length()).isEqualTo(kilobytes * 16);
    long link = hash(PromptHashBenchmark.MODEL, 0, PromptHashBenchmark.MODEL.length, null);
    for (int i = 0; i < chain.length(); i++) {
      link = hash(benchmark.prompt, i * 64, 64, link);
      assertThat(chain.hash(i)).isEqualTo(link);
    }
    assertThat(benchmark.hash())
        .isEqualTo(hash(benchmark.prompt, 0, benchmark.prompt.length, null));
    assertThat(benchmark.copy()).isEqualTo(benchmark.prompt);
  }

  private static long hash(byte[] bytes, int from, int length, @Nullable Long previous) {
    XxHash64 hash = new XxHash64();
    hash.update(bytes, from, length);
    if (previous != null) {
      hash.updateLong(previous);
    }
    return hash.digest();
  }
}
