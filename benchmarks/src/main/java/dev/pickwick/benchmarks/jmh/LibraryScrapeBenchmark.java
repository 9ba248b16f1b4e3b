package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scraper.page.EngineMapping;
import dev.pickwick.scraper.page.MetricSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricDataParser;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Metric;
import org.hawkular.agent.prometheus.types.MetricFamily;
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
 * Reading a metrics page by a library, org.hawkular.agent:prometheus-scraper 0.23.0.Final: every
 * family made into objects, then queue, running requests and KV cache use found among them. It
 * stands for the way without a scanner of one's own, beside {@link ScrapeBenchmark}; goal e1.
 *
 * <p>{@code edge-broken-openmetrics.prom} is not among the pages, because the library throws on it:
 * an IllegalArgumentException, "Need to set type", for a sample without a TYPE line. On {@code
 * edge-valid.prom} and {@code edge-broken-duplicate-families.prom} it finds other numbers than
 * ours.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LibraryScrapeBenchmark {

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
    "edge-broken-trtllm-json.txt",
    "edge-broken-truncated.prom"
  })
  public String page = "";

  private byte[] bytes = new byte[0];

  @SuppressWarnings("NullAway.Init") // JMH calls load first
  private EngineMapping mapping;

  /** Loads the page. */
  @Setup
  public void load() throws IOException {
    SamplePage sample = new SamplePage(page);
    bytes = sample.bytes();
    mapping = sample.mapping();
  }

  /** From bytes to numbers. */
  @Benchmark
  public Numbers scan() throws IOException {
    List<MetricFamily> families = new ArrayList<>();
    TextPrometheusMetricDataParser parser =
        new TextPrometheusMetricDataParser(new ByteArrayInputStream(bytes));
    for (MetricFamily family = parser.parse(); family != null; family = parser.parse()) {
      families.add(family);
    }
    List<Double> queued = values(mapping.queued(), families);
    List<Double> running = values(mapping.running(), families);
    List<Double> kvUsage = values(mapping.kvUsage(), families);
    return new Numbers(sum(queued), sum(running), sum(kvUsage) / kvUsage.size());
  }

  private static double sum(List<Double> values) {
    return values.isEmpty() ? Double.NaN : values.stream().mapToDouble(v -> v).sum();
  }

  /** Those of the first alternative that is on the page. */
  private static List<Double> values(List<MetricSpec> alternatives, List<MetricFamily> families) {
    List<Double> values = new ArrayList<>();
    for (MetricSpec spec : alternatives) {
      for (MetricFamily family : families) {
        if (family.getName().equals(spec.name())) {
          add(spec, family, values);
        }
      }
      if (!values.isEmpty()) {
        return values;
      }
    }
    return values;
  }

  private static void add(MetricSpec spec, MetricFamily family, List<Double> values) {
    for (Metric metric : family.getMetrics()) {
      if (metric instanceof Gauge gauge
          && spec.labels().stream()
              .allMatch(
                  label ->
                      label.value().equals(metric.getLabels().getOrDefault(label.name(), "")))) {
        values.add(gauge.getValue());
      }
    }
  }

  /**
   * What was found.
   *
   * @param waiting requests waiting, summed over series; NaN when the page has none
   * @param running requests running, summed over series; NaN when the page has none
   * @param kvUsage share of the KV cache in use, in [0, 1], mean over series; NaN when the page has
   *     none
   */
  public record Numbers(double waiting, double running, double kvUsage) {}
}
