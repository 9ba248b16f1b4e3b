package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scraper.page.AdapterHistory;
import dev.pickwick.scraper.page.EngineMapping;
import dev.pickwick.scraper.page.MetricsPage;
import dev.pickwick.scraper.page.PageOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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

/** Reading one metrics page that says the same as the one before; pages from {@code -Dpages=…}. */
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
    "sglang-v0.5.16.prom",
    "vllm-v0.26-single.prom",
    "vllm-v0.26-lora.prom",
    "vllm-v0.26-dp8-lora.prom"
  })
  public String page = "";

  private final AdapterHistory history = new AdapterHistory();
  private byte[] bytes = new byte[0];
  private MetricsPage reader = new MetricsPage(mapping("vllm"));

  /** Loads the page. */
  @Setup
  public void load() throws IOException {
    String directory = System.getProperty("pages", "metrics-scraper/src/test/resources/samples");
    bytes = Files.readAllBytes(Path.of(directory, page));
    reader = new MetricsPage(mapping(page.substring(0, page.indexOf('-'))));
  }

  /** From bytes to numbers. */
  @Benchmark
  public PageOutcome scan() {
    return reader.scan(bytes, bytes.length, history, NOW_SECONDS);
  }

  private static EngineMapping mapping(String engine) {
    return Objects.requireNonNull(EngineMapping.builtIns().get(engine), engine);
  }
}
