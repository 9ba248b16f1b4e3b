package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.parser.ParseResult.Parsed;
import dev.pickwick.scheduler.prompt.PromptChain;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reader finds what is in the body. */
class BodyScanBenchmarkTest {
  private static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";
  private static final int MEMBERS = 6;

  @ParameterizedTest
  @ValueSource(ints = {4, 40, 400, 4096})
  void body_isReadByAll(int kilobytes) throws IOException {
    BodyScanBenchmark benchmark = new BodyScanBenchmark();
    benchmark.kilobytes = kilobytes;
    benchmark.build();

    assertThat(benchmark.body.length).isBetween(kilobytes * 1000, kilobytes * 1200);
    PromptChain whole = chain((Parsed) benchmark.scanWhole());
    // The messages with their roles are a little more than the body was to have.
    assertThat(whole.length()).isEqualTo(Math.min(256, kilobytes * 1024 / 64 + 1));
    assertThat(chain((Parsed) benchmark.scanChunks())).isEqualTo(whole);
    assertThat(benchmark.jacksonSkip()).isEqualTo(MEMBERS);
    assertThat(benchmark.jacksonTree().get("model").textValue()).isEqualTo(MODEL);
    assertThat(benchmark.copy()).isEqualTo(benchmark.body);
    assertThat(benchmark.hash()).isNotEqualTo(0).isEqualTo(benchmark.hash());
  }

  private static PromptChain chain(Parsed parsed) {
    assertThat(parsed.model()).isEqualTo(MODEL);
    assertThat(parsed.streaming()).isTrue();
    return parsed.chain(MODEL);
  }
}
