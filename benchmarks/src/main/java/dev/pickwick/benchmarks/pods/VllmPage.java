package dev.pickwick.benchmarks.pods;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A metrics page as a busy vLLM server shows it: the Python process's own families, the gauges a
 * picker reads, then histograms until the wanted size is reached.
 */
public final class VllmPage {

  /** Size of the page that the goals speak of, in bytes. */
  public static final int USUAL_BYTES = 42_000;

  private static final String LABELS = "engine=\"0\",model_name=\"meta-llama/Llama-3.1-8B\"";
  private static final String[] HISTOGRAMS = {
    "request_prompt_tokens",
    "request_generation_tokens",
    "iteration_tokens_total",
    "time_to_first_token_seconds",
    "inter_token_latency_seconds",
    "request_time_per_output_token_seconds",
    "e2e_request_latency_seconds",
    "request_queue_time_seconds",
    "request_inference_time_seconds",
    "request_prefill_time_seconds",
    "request_decode_time_seconds"
  };
  private static final int BUCKETS = 28;

  private VllmPage() {}

  /**
   * A page.
   *
   * @param bytes its size is this or up to a line less, at least 2,000
   */
  public static byte[] of(int bytes) {
    StringBuilder page = new StringBuilder();
    family(page, "python_gc_objects_collected_total", "counter");
    for (int generation = 0; generation < 3; generation++) {
      sample(page, "python_gc_objects_collected_total", "generation=\"" + generation + '"', 9723);
    }
    gauge(page, "process_resident_memory_bytes", "", 4.80256e+09);
    gauge(page, "vllm:num_requests_running", LABELS, 7);
    gauge(page, "vllm:num_requests_waiting", LABELS, 2);
    gauge(page, "vllm:kv_cache_usage_perc", LABELS, 0.4172);
    gauge(page, "vllm:lora_requests_info", adapters(), 1_764_070_000);
    gauge(page, "vllm:cache_config_info", cache(), 1);
    for (int i = 0; page.length() < bytes; i++) {
      histogram(page, HISTOGRAMS[i % HISTOGRAMS.length], i / HISTOGRAMS.length);
    }
    int end = page.lastIndexOf("\n", bytes - 1) + 1;
    return page.substring(0, end).getBytes(StandardCharsets.US_ASCII);
  }

  private static String adapters() {
    return "max_lora=\"4\",running_lora_adapters=\"sql,poems\",waiting_lora_adapters=\"\"";
  }

  private static String cache() {
    return "block_size=\"16\",cache_dtype=\"auto\",enable_prefix_caching=\"True\","
        + "gpu_memory_utilization=\"0.9\",num_gpu_blocks=\"27500\"";
  }

  private static void histogram(StringBuilder page, String name, int round) {
    String metric = "vllm:" + name + (round == 0 ? "" : "_" + round);
    family(page, metric, "histogram");
    double bound = 0.001;
    for (int i = 0; i < BUCKETS; i++) {
      sample(page, metric + "_bucket", LABELS + ",le=\"" + bound + '"', 137 * i);
      bound = Math.round(bound * 1_600) / 1_000.0 + 0.001;
    }
    sample(page, metric + "_bucket", LABELS + ",le=\"+Inf\"", 137 * BUCKETS);
    sample(page, metric + "_count", LABELS, 137 * BUCKETS);
    sample(page, metric + "_sum", LABELS, 38_912.25);
  }

  private static void gauge(StringBuilder page, String name, String labels, double value) {
    family(page, name, "gauge");
    sample(page, name, labels, value);
  }

  private static void family(StringBuilder page, String name, String type) {
    page.append("# HELP ").append(name).append(" What this engine tells of itself.\n");
    page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void sample(StringBuilder page, String name, String labels, double value) {
    page.append(name);
    if (!labels.isEmpty()) {
      page.append('{').append(labels).append('}');
    }
    page.append(String.format(Locale.ROOT, value > 1e6 ? " %e%n" : " %s%n", value));
  }
}
