package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scraper.page.AdapterHistory;
import dev.pickwick.scraper.page.MetricsPage;
import dev.pickwick.scraper.page.PageOutcome;
import java.io.IOException;
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
 * Reading one metrics page that says the same as the one before, every page of the scraper's
 * samples: what a scrape costs beyond the network.
 *
 * <p>Serves goals e1 (CPU per scrape) and e4 (allocation per scrape), of which it is a part. The
 * limit in the same run is {@link #copy}; {@link LibraryScrapeBenchmark} stands beside it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ScrapeBenchmark {
  private static final double NOW_SECONDS = 1_785_966_300;

  /** File name, which begins with the engine's. */
  @Param({
    "vllm-v0.26-single.prom",
    "vllm-v0.26-idle.prom",
    "vllm-v0.26-lora.prom",
    "vllm-v0.26-dp8-lora.prom",
    "vllm-v0.9-deprecated-names.prom",
    "vllm-rust-frontend-openmetrics.prom",
    "sglang-v0.5.16.prom",
    "sglang-v0.5.16-dp4.prom",
    "sglang-v0.5.9.prom",
    "trtllm-serve-1.3.prom",
    "triton-trtllm.prom",
    "sim-v0.10.2-fresh.prom",
    "sim-v0.10.2-busy.prom",
    "sim-v0.10.2-fake-metrics.prom",
    "edge-valid.prom",
    "edge-empty.prom",
    "edge-broken-bad-lines.prom",
    "edge-broken-bad-utf8.prom",
    "edge-broken-crlf.prom",
    "edge-broken-duplicate-families.prom",
    "edge-broken-html.txt",
    "edge-broken-json-string.txt",
    "edge-broken-no-trailing-newline.prom",
    "edge-broken-openmetrics.prom",
    "edge-broken-trtllm-json.txt",
    "edge-broken-truncated.prom"
  })
  public String page = "";

  private final AdapterHistory history = new AdapterHistory();
  private byte[] bytes = new byte[0];
  private byte[] target = new byte[0];

  @SuppressWarnings("NullAway.Init") // JMH calls load first
  private MetricsPage reader;

  /** Loads the page. */
  @Setup
  public void load() throws IOException {
    SamplePage sample = new SamplePage(page);
    bytes = sample.bytes();
    target = new byte[bytes.length];
    reader = new MetricsPage(sample.mapping());
  }

  /** From bytes to numbers. */
  @Benchmark
  public PageOutcome scan() {
    return reader.scan(bytes, bytes.length, history, NOW_SECONDS);
  }

  /** The limit: the page copied once. */
  @Benchmark
  public byte[] copy() {
    System.arraycopy(bytes, 0, target, 0, bytes.length);
    return target;
  }
}
