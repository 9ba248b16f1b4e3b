package dev.pickwick.scraper.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where one kind of model server publishes its numbers. Each list holds alternatives, best first:
 * an item is read from the first alternative that has a usable series on the page, because engines
 * rename their metrics between releases.
 *
 * @param name name of the engine, as in the endpoint's engine label
 * @param queued requests waiting; summed over series
 * @param running requests running; summed over series
 * @param kvUsage share of the KV cache in use, in [0, 1]; averaged over series
 * @param lora families whose labels list the running and waiting adapters
 * @param cacheInfo families whose labels give the cache geometry
 * @param blockSizeLabel label of {@code cacheInfo} with the tokens per block
 * @param blockCountLabel label of {@code cacheInfo} with the number of blocks
 * @param blockSize tokens per block as a value; asked when {@code cacheInfo} does not say
 * @param blockCount number of blocks as a value; asked when {@code cacheInfo} does not say
 */
public record EngineMapping(
    String name,
    List<MetricSpec> queued,
    List<MetricSpec> running,
    List<MetricSpec> kvUsage,
    List<MetricSpec> lora,
    List<MetricSpec> cacheInfo,
    String blockSizeLabel,
    String blockCountLabel,
    List<MetricSpec> blockSize,
    List<MetricSpec> blockCount) {

  /** Name of the engine assumed where an endpoint names none. */
  public static final String VLLM = "vllm";

  private static final String TRITON_REQUESTS = "nv_trt_llm_request_metrics";
  private static final String TRITON_BLOCKS = "nv_trt_llm_kv_cache_block_metrics";

  /** Checks the name and copies the lists. */
  public EngineMapping {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "engine mapping: empty name (expected: the engine's name)");
    }
    queued = List.copyOf(queued);
    running = List.copyOf(running);
    kvUsage = List.copyOf(kvUsage);
    lora = List.copyOf(lora);
    cacheInfo = List.copyOf(cacheInfo);
    blockSize = List.copyOf(blockSize);
    blockCount = List.copyOf(blockCount);
  }

  /**
   * The mapping a user wrote, one spec an item; an empty spec switches its item off, an empty label
   * name means vLLM's.
   *
   * @throws IllegalArgumentException when a spec is malformed; the message names it
   */
  public static EngineMapping of(
      String name,
      String queued,
      String running,
      String kvUsage,
      String lora,
      String cacheInfo,
      String blockSizeLabel,
      String blockCountLabel,
      String blockSize,
      String blockCount) {
    return new EngineMapping(
        name,
        specs(queued),
        specs(running),
        specs(kvUsage),
        specs(lora),
        specs(cacheInfo),
        blockSizeLabel.isEmpty() ? "block_size" : blockSizeLabel,
        blockCountLabel.isEmpty() ? "num_gpu_blocks" : blockCountLabel,
        specs(blockSize),
        specs(blockCount));
  }

  /** The engines known without configuration, by name. The simulator speaks vLLM's names. */
  public static Map<String, EngineMapping> builtIns() {
    var all = new LinkedHashMap<String, EngineMapping>();
    for (EngineMapping mapping : List.of(vllm(), sglang(), trtllmServe(), tritonTensorRtLlm())) {
      all.put(mapping.name(), mapping);
    }
    return Map.copyOf(all);
  }

  private static EngineMapping vllm() {
    return new EngineMapping(
        VLLM,
        specs("vllm:num_requests_waiting"),
        specs("vllm:num_requests_running"),
        specs("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"),
        specs("vllm:lora_requests_info"),
        specs("vllm:cache_config_info"),
        "block_size",
        "num_gpu_blocks",
        List.of(),
        List.of());
  }

  /** With priority scheduling the series without a priority is the total of the others. */
  private static EngineMapping sglang() {
    return new EngineMapping(
        "sglang",
        specs("sglang:num_queue_reqs{priority=\"\"}", "sglang:num_queue_reqs"),
        specs("sglang:num_running_reqs{priority=\"\"}", "sglang:num_running_reqs"),
        specs("sglang:token_usage"),
        List.of(),
        specs("sglang:cache_config_info"),
        "page_size",
        "num_pages",
        specs("sglang:page_size"),
        specs("sglang:num_pages"));
  }

  private static EngineMapping trtllmServe() {
    return new EngineMapping(
        "trtllm-serve",
        specs("trtllm_num_requests_waiting"),
        specs("trtllm_num_requests_running"),
        specs("trtllm_kv_cache_utilization"),
        List.of(),
        List.of(),
        "",
        "",
        specs("trtllm_kv_cache_tokens_per_block"),
        specs("trtllm_kv_cache_max_blocks"));
  }

  private static EngineMapping tritonTensorRtLlm() {
    return new EngineMapping(
        "triton-tensorrt-llm",
        specs(TRITON_REQUESTS + "{request_type=waiting}"),
        specs(TRITON_REQUESTS + "{request_type=scheduled}"),
        specs(TRITON_BLOCKS + "{kv_cache_block_type=fraction}"),
        List.of(),
        List.of(),
        "",
        "",
        specs(TRITON_BLOCKS + "{kv_cache_block_type=tokens_per}"),
        specs(TRITON_BLOCKS + "{kv_cache_block_type=max}"));
  }

  private static List<MetricSpec> specs(String... texts) {
    return List.of(texts).stream().filter(t -> !t.isBlank()).map(MetricSpec::parse).toList();
  }
}
