package dev.pickwick.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHasher;
import dev.pickwick.scheduler.prompt.PromptHashing;
import dev.pickwick.scheduler.prompt.XxHash64;
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
 * A prompt made into a chain of block hashes, all of its blocks of 64 bytes: what prefix-aware
 * routing adds to reading a body. 16 KB are the 256 blocks that are hashed unless configured
 * otherwise; the greater sizes are what a wider setting would cost.
 *
 * <p>Serves goals c1 and c2 (CPU per request by size of the body), of which it is a part. The
 * limits in the same run are {@link #hash} and {@link #copy}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(2)
public class PromptHashBenchmark {

  static final int BLOCK_BYTES = 64;
  static final byte[] MODEL = "meta-llama/Llama-3.1-8B-Instruct".getBytes(UTF_8);

  /** Length of the prompt, in KB. */
  @Param({"4", "16", "400", "4096"})
  public int kilobytes;

  private final PromptHasher hasher = new PromptHasher(PromptHashing.NONE);
  private final XxHash64 xxHash = new XxHash64();
  private PromptHashing hashing = PromptHashing.NONE;
  byte[] prompt = {};
  private byte[] target = {};

  /** Writes the prompt. */
  @Setup
  public void build() {
    prompt = new byte[kilobytes * 1024];
    new SplittableRandom(1).nextBytes(prompt);
    target = new byte[prompt.length];
    hashing = new PromptHashing(BLOCK_BYTES, prompt.length / BLOCK_BYTES);
  }

  /** All blocks hashed, then chained. */
  @Benchmark
  public PromptChain chain() {
    hasher.reset(hashing);
    hasher.update(prompt, 0, prompt.length);
    return hasher.chain(MODEL, null, 0);
  }

  /** A limit: the prompt hashed in one go, without blocks. */
  @Benchmark
  public long hash() {
    xxHash.reset();
    xxHash.update(prompt, 0, prompt.length);
    return xxHash.digest();
  }

  /** A limit: the prompt copied once. */
  @Benchmark
  public byte[] copy() {
    System.arraycopy(prompt, 0, target, 0, prompt.length);
    return target;
  }
}
