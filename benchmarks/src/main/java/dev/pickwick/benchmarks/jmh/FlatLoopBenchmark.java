package dev.pickwick.benchmarks.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The least a decision with four scorers can cost: one loop for the greatest and least, one for the
 * best total, over plain arrays that nobody else writes. The limit that {@link PickBenchmark} is to
 * be held against, measured in the same run: the limit of goals a1 to a3.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class FlatLoopBenchmark {

  /** How many endpoints there are. */
  @Param({"10", "100", "1000", "10000"})
  public int endpoints;

  int[] queue = new int[0];
  int[] running = new int[0];
  double[] kvUsage = new double[0];
  int[] prefixBlocks = new int[0];

  /** Fills the arrays. */
  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    queue = random.ints(endpoints, 0, 10).toArray();
    running = random.ints(endpoints, 0, 50).toArray();
    kvUsage = random.doubles(endpoints).toArray();
    prefixBlocks = random.ints(endpoints, 0, 16).toArray();
  }

  /** The index of the best. */
  @Benchmark
  public int pick() {
    int leastQueue = Integer.MAX_VALUE;
    int mostQueue = 0;
    int leastRunning = Integer.MAX_VALUE;
    int mostRunning = 0;
    for (int i = 0; i < queue.length; i++) {
      leastQueue = Math.min(leastQueue, queue[i]);
      mostQueue = Math.max(mostQueue, queue[i]);
      leastRunning = Math.min(leastRunning, running[i]);
      mostRunning = Math.max(mostRunning, running[i]);
    }
    double queueRange = Math.max(1, mostQueue - leastQueue);
    double runningRange = Math.max(1, mostRunning - leastRunning);
    int best = 0;
    double bestTotal = -1;
    for (int i = 0; i < queue.length; i++) {
      double total =
          2 * ((mostQueue - queue[i]) / queueRange)
              + (mostRunning - running[i]) / runningRange
              + 2 * (1 - kvUsage[i])
              + 3 * (prefixBlocks[i] / 16.0);
      if (total > bestTotal) {
        bestTotal = total;
        best = i;
      }
    }
    return best;
  }
}
