package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each pick picks, and leaves nothing charged. */
class PickBenchmarkTest {

  @ParameterizedTest
  @ValueSource(strings = {"few", "seventh"})
  void pick_isChargedAndClosed(String holders) {
    PickBenchmark benchmark = new PickBenchmark();
    benchmark.endpoints = 100;
    benchmark.holders = holders;
    benchmark.setUp();

    assertThat(benchmark.pick()).isTrue();
    assertThat(benchmark.pool.inFlight()).isZero();
  }

  @Test
  void flatLoop_findsTheBest() {
    FlatLoopBenchmark benchmark = new FlatLoopBenchmark();
    benchmark.queue = new int[] {4, 2, 0};
    benchmark.running = new int[] {9, 9, 9};
    benchmark.kvUsage = new double[] {0.5, 0.5, 0.5};
    benchmark.prefixBlocks = new int[] {0, 16, 0};

    // Queue 0, 1, 2; prefix 0, 3, 0.
    assertThat(benchmark.pick()).isEqualTo(1);
  }

  @Test
  void flatColumns_findTheBest() {
    FlatColumns columns =
        new FlatColumns(
            new int[] {4, 2, 0},
            new double[] {0.5, 0.5, 0.5},
            new int[] {0, 64, 0},
            new long[] {0, 0, 2},
            new boolean[] {false, true, false});

    // Queue 0, 1, 2; prefix 0, 0.75, 0; adapters 0, 0.8, 0.
    assertThat(columns.best()).isEqualTo(1);
  }
}
