package dev.pickwick.testbed.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the metrics page of each engine from the same state. */
final class MetricsPages {

  private final ModelServerOptions options;
  private final double created;

  /**
   * Pages of one server.
   *
   * @param startMillis when the server started, in milliseconds since 1970
   */
  MetricsPages(ModelServerOptions options, long startMillis) {
    this.options = options;
    this.created = startMillis / 1e3;
  }

  byte[] render(EngineState state, HttpCounters http, Set<String> names) {
    return switch (options.dialect()) {
      case SIM -> simulator(state).render(names);
      case VLLM -> vllm(state, http).render(names);
      case VLLM_RUST -> vllmRust(state).render(names);
      case SGLANG -> sglang(state).render(names);
      case TRTLLM -> trtllm(state).render(names);
      case TRITON -> triton(state).render(names);
    };
  }

  /** The content type that the engine's front sends with its page. */
  String contentType() {
    return switch (options.dialect()) {
      case SIM -> "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
      case VLLM_RUST -> "application/openmetrics-text; version=1.0.0; charset=utf-8";
      case VLLM, SGLANG, TRTLLM, TRITON -> "text/plain; version=0.0.4; charset=utf-8";
    };
  }

  private Page simulator(EngineState state) {
    EngineCounters c = state.counters();
    String model = "model_name=" + Page.quoted(options.model());
    var page = new Page(Page.Style.GO, created);
    page.gauge(
        "vllm:cache_config_info",
        "block_size=\"" + options.blockSize() + "\",num_gpu_blocks=\"" + options.blocks() + '"',
        1,
        "Cache settings of the simulated engine.");
    page.gauge("vllm:kv_cache_usage_perc", model, state.kvUsage(), "Used share of the cache.");
    page.family("vllm:lora_requests_info", "gauge", "Adapters of running and waiting requests.");
    var combinations = new ArrayList<>(state.loras().entrySet());
    combinations.sort(Comparator.comparing(each -> loraLabels(each.getKey(), true)));
    for (Map.Entry<LoraState, Long> each : combinations) {
      double wholeSeconds = Math.floorDiv(each.getValue(), 1000L);
      page.sample("vllm:lora_requests_info", loraLabels(each.getKey(), true), wholeSeconds);
    }
    page.gauge("vllm:num_requests_running", model, state.running(), "Requests being simulated.");
    page.gauge("vllm:num_requests_waiting", model, state.waiting(), "Requests in the queue.");
    if (c.promptTokens == 0) {
      return page;
    }
    page.counter("vllm:prompt_tokens", model, c.promptTokens, "Prompt tokens.");
    page.counter("vllm:generation_tokens", model, c.generatedTokens, "Output tokens.");
    if (c.prefixQueries > 0) {
      page.family("vllm:prefix_cache_hits", "counter", "Cached tokens.");
      page.sample("vllm:prefix_cache_hits", model, c.prefixHits);
      page.family("vllm:prefix_cache_queries", "counter", "Looked-up tokens.");
      page.sample("vllm:prefix_cache_queries", model, c.prefixQueries);
    }
    if (!c.finished.isEmpty()) {
      page.family("vllm:request_success_total", "counter", "Finished requests.");
      c.finished.forEach(
          (reason, count) ->
              page.sample(
                  "vllm:request_success_total",
                  "finish_reason=\"" + reason + "\"," + model,
                  count));
    }
    String after = ',' + model;
    histogram(page, "vllm:time_to_first_token_seconds", after, c.firstToken);
    histogram(page, "vllm:time_per_output_token_seconds", after, c.timePerToken);
    histogram(page, "vllm:inter_token_latency_seconds", after, c.interToken);
    histogram(page, "vllm:e2e_request_latency_seconds", after, c.endToEnd);
    histogram(page, "vllm:request_queue_time_seconds", after, c.queueTime);
    histogram(page, "vllm:request_inference_time_seconds", after, c.inferenceTime);
    histogram(page, "vllm:request_prefill_time_seconds", after, c.prefillTime);
    histogram(page, "vllm:request_decode_time_seconds", after, c.decodeTime);
    histogram(page, "vllm:request_prompt_tokens", after, c.promptSize);
    histogram(page, "vllm:request_generation_tokens", after, c.answerSize);
    histogram(page, "vllm:request_params_max_tokens", after, c.maxTokens);
    histogram(page, "vllm:max_num_generation_tokens", after, c.answerSize);
    return page;
  }

  private static void histogram(Page page, String name, String after, Histogram histogram) {
    page.histogram(name, "", after, histogram, "Spread of " + words(name) + '.');
  }

  private Page vllm(EngineState state, HttpCounters http) {
    EngineCounters c = state.counters();
    String base = "engine=\"0\",model_name=" + Page.quoted(options.model());
    var page = new Page(Page.Style.PYTHON, created);
    pythonProcess(page);
    page.gauge(
        "vllm:num_requests_running", base, state.running(), "Requests in the execution batch.");
    page.gauge("vllm:num_requests_waiting", base, state.waiting(), "Requests not scheduled yet.");
    page.family(
            "vllm:num_requests_waiting_by_reason", "gauge", "Unscheduled requests by their cause.")
        .sample(
            "vllm:num_requests_waiting_by_reason", base + ",reason=\"capacity\"", state.waiting())
        .sample("vllm:num_requests_waiting_by_reason", base + ",reason=\"deferred\"", 0);
    page.family("vllm:engine_sleep_state", "gauge", "The current sleep state has the value 1.")
        .sample("vllm:engine_sleep_state", base + ",sleep_state=\"awake\"", 1)
        .sample("vllm:engine_sleep_state", base + ",sleep_state=\"weights_offloaded\"", 0)
        .sample("vllm:engine_sleep_state", base + ",sleep_state=\"discard_all\"", 0);
    page.gauge("vllm:kv_cache_usage_perc", base, state.kvUsage(), "Used share of the KV cache.");
    page.counter("vllm:prefix_cache_queries", base, c.prefixQueries, "Tokens looked up.");
    page.counter("vllm:prefix_cache_hits", base, c.prefixHits, "Tokens found.");
    page.counter("vllm:external_prefix_cache_queries", base, 0, "Tokens looked up elsewhere.");
    page.counter("vllm:external_prefix_cache_hits", base, 0, "Tokens found elsewhere.");
    page.counter("vllm:mm_cache_queries", base, 0, "Multi-modal items looked up.");
    page.counter("vllm:mm_cache_hits", base, 0, "Multi-modal items found.");
    page.counter("vllm:num_preemptions", base, 0, "Requests put back.");
    page.counter("vllm:prompt_tokens", base, c.promptTokens, "Prompt tokens.");
    page.counter(
        "vllm:prompt_tokens_by_source",
        List.of(
            base + ",source=\"local_compute\"",
            base + ",source=\"local_cache_hit\"",
            base + ",source=\"external_kv_transfer\""),
        new double[] {(double) (c.promptTokens - c.prefixHits), (double) c.prefixHits, 0},
        "Prompt tokens by where they came from.");
    page.counter("vllm:prompt_tokens_cached", base, c.prefixHits, "Cached prompt tokens.");
    page.counter("vllm:generation_tokens", base, c.generatedTokens, "Output tokens.");
    finished(page, base, c);
    String before = "engine=\"0\",";
    String after = ",model_name=" + Page.quoted(options.model());
    vllmHistogram(page, before, after, "request_prompt_tokens", c.promptSize);
    vllmHistogram(page, before, after, "request_generation_tokens", c.answerSize);
    vllmHistogram(page, before, after, "iteration_tokens_total", c.iterationTokens);
    vllmHistogram(page, before, after, "request_max_num_generation_tokens", c.answerSize);
    var choices = new Histogram(Histogram.CHOICES);
    choices.observe(1, (int) c.finished.values().stream().mapToLong(Long::longValue).sum());
    vllmHistogram(page, before, after, "request_params_n", choices);
    vllmHistogram(page, before, after, "request_params_max_tokens", c.maxTokens);
    vllmHistogram(page, before, after, "time_to_first_token_seconds", c.firstToken);
    vllmHistogram(page, before, after, "inter_token_latency_seconds", c.interToken);
    vllmHistogram(page, before, after, "request_time_per_output_token_seconds", c.timePerToken);
    vllmHistogram(page, before, after, "e2e_request_latency_seconds", c.endToEnd);
    vllmHistogram(page, before, after, "request_queue_time_seconds", c.queueTime);
    vllmHistogram(page, before, after, "request_inference_time_seconds", c.inferenceTime);
    vllmHistogram(page, before, after, "request_prefill_time_seconds", c.prefillTime);
    vllmHistogram(page, before, after, "request_decode_time_seconds", c.decodeTime);
    vllmHistogram(page, before, after, "request_prefill_kv_computed_tokens", c.computedTokens);
    page.gauge(
        "vllm:cache_config_info", cacheConfig(), 1, "Settings of the KV cache, carried in labels");
    if (!options.adapters().isEmpty() || state.loras().size() > 1) {
      page.family("vllm:lora_requests_info", "gauge", "Adapters of running and waiting requests.");
      state
          .loras()
          .forEach(
              (combination, millis) ->
                  page.sample(
                      "vllm:lora_requests_info", loraLabels(combination, true), millis / 1e3));
    }
    httpFamilies(page, http);
    return page;
  }

  private static void vllmHistogram(
      Page page, String before, String after, String name, Histogram histogram) {
    page.histogram("vllm:" + name, before, after, histogram, "Spread of " + words(name) + '.');
  }

  private static void finished(Page page, String base, EngineCounters c) {
    var labels = new ArrayList<String>();
    var values = new ArrayList<Double>();
    for (String reason : new String[] {"stop", "length", "abort", "error", "repetition"}) {
      labels.add(
          "engine=\"0\",finished_reason=\""
              + reason
              + '"'
              + base.substring("engine=\"0\"".length()));
      values.add((double) c.finished.getOrDefault(reason, 0L));
    }
    page.counter(
        "vllm:request_success",
        labels,
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        "Finished requests.");
  }

  private String cacheConfig() {
    return "_block_size_resolved=\"True\",block_size=\""
        + options.blockSize()
        + "\",cache_dtype=\"auto\",calculate_kv_scales=\"False\",enable_prefix_caching=\"True\","
        + "engine=\"0\",gpu_memory_utilization=\"0.9\",is_attention_free=\"False\","
        + "kv_cache_dtype_skip_layers=\"[]\",kv_cache_max_concurrency=\"29.0125\","
        + "kv_cache_memory_bytes=\"None\",kv_cache_size_tokens=\""
        + (long) options.blocks() * options.blockSize()
        + "\",kv_offloading_backend=\"native\",kv_offloading_size=\"None\","
        + "kv_sharing_fast_prefill=\"False\",mamba_block_size=\"None\",mamba_cache_dtype=\"auto\","
        + "mamba_cache_mode=\"none\",mamba_page_size_padded=\"None\","
        + "mamba_ssm_cache_dtype=\"auto\",num_cpu_blocks=\"None\",num_gpu_blocks=\""
        + options.blocks()
        + "\",num_gpu_blocks_override=\"None\",prefix_caching_hash_algo=\"sha256\","
        + "prefix_match_unit=\"None\",skip_page_size_padded=\"None\",sliding_window=\"None\","
        + "user_specified_block_size=\"False\",user_specified_mamba_block_size=\"False\"";
  }

  private void pythonProcess(Page page) {
    String collected = "python_gc_objects_collected_total";
    page.family(collected, "counter", "Objects freed by the collector");
    String uncollectable = "python_gc_objects_uncollectable_total";
    for (int generation = 0; generation < 3; generation++) {
      page.sample(collected, "generation=\"" + generation + '"', 10611 + 100 * generation);
    }
    page.family(uncollectable, "counter", "Objects the collector could not free");
    for (int generation = 0; generation < 3; generation++) {
      page.sample(uncollectable, "generation=\"" + generation + '"', 0);
    }
    page.family("python_gc_collections_total", "counter", "Collector runs per generation");
    for (int generation = 0; generation < 3; generation++) {
      page.sample(
          "python_gc_collections_total",
          "generation=\"" + generation + '"',
          900 - 300 * generation);
    }
    page.gauge(
        "python_info",
        "implementation=\"CPython\",major=\"3\",minor=\"12\",patchlevel=\"11\",version=\"3.12.11\"",
        1,
        "Interpreter details");
    page.gauge("process_virtual_memory_bytes", "", 4.3191283712e10, "Virtual memory");
    page.gauge("process_resident_memory_bytes", "", 2.101248e9, "Resident memory");
    page.gauge("process_start_time_seconds", "", created, "Start time");
    page.family("process_cpu_seconds_total", "counter", "Processor time");
    page.sample("process_cpu_seconds_total", "", 481.93);
    page.gauge("process_open_fds", "", 97, "Open files");
    page.gauge("process_max_fds", "", 1048576, "Open files allowed");
  }

  private static void httpFamilies(Page page, HttpCounters http) {
    var labels = new ArrayList<String>();
    var values = new ArrayList<Double>();
    http.requests.forEach(
        (key, count) -> {
          labels.add(
              "handler=\""
                  + key.handler()
                  + "\",method=\""
                  + key.method()
                  + "\",status=\""
                  + key.status()
                  + '"');
          values.add((double) count);
        });
    page.counter(
        "http_requests",
        labels,
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        "Requests by method, status class and handler.");
    for (String name : new String[] {"http_request_size_bytes", "http_response_size_bytes"}) {
      page.family(name, "summary", "Content-Length of messages by handler.");
      http.durations.forEach(
          (handler, durations) -> {
            long[] cumulative = durations.cumulative();
            String label = "handler=\"" + handler + '"';
            page.sample(name + "_count", label, cumulative[cumulative.length - 1]);
            page.sample(name + "_sum", label, http.bytesOf(handler));
          });
      page.created(
          name,
          http.durations.keySet().stream().map(handler -> "handler=\"" + handler + '"').toList(),
          "Creation time of the series.");
    }
    page.histogram(
        "http_request_duration_highr_seconds", "", "", http.fine(), "Request duration, finely.");
    String name = "http_request_duration_seconds";
    page.family(name, "histogram", "Request duration by handler.");
    http.durations.forEach(
        (handler, durations) ->
            page.buckets(
                name,
                "handler=\"" + handler + "\",",
                ",method=\"" + (handler.startsWith("/v1/c") ? "POST" : "GET") + '"',
                durations));
  }

  private Page vllmRust(EngineState state) {
    EngineCounters c = state.counters();
    String base = "model_name=" + Page.quoted(options.model()) + ",engine=\"0\"";
    var page = new Page(Page.Style.OPENMETRICS, created);
    page.gauge("vllm:num_requests_running", base, state.running(), "Requests in the batch.");
    page.gauge("vllm:num_requests_waiting", base, state.waiting(), "Requests not scheduled yet.");
    page.gauge("vllm:kv_cache_usage_perc", base, state.kvUsage(), "Used share of the KV cache.");
    page.family("vllm:lora_requests_info", "gauge", "Adapters of running and waiting requests.");
    state
        .loras()
        .forEach(
            (combination, millis) ->
                page.sample(
                    "vllm:lora_requests_info", loraLabels(combination, false), millis / 1e3));
    page.counter("vllm:prefix_cache_queries", base, c.prefixQueries, "Tokens looked up.");
    page.counter("vllm:prefix_cache_hits", base, c.prefixHits, "Tokens found.");
    page.counter("vllm:prompt_tokens", base, c.promptTokens, "Prompt tokens.");
    page.counter("vllm:generation_tokens", base, c.generatedTokens, "Output tokens.");
    String after = ',' + base;
    histogram(page, "vllm:time_to_first_token_seconds", after, c.firstToken);
    histogram(page, "vllm:inter_token_latency_seconds", after, c.interToken);
    histogram(page, "vllm:e2e_request_latency_seconds", after, c.endToEnd);
    return page;
  }

  private Page sglang(EngineState state) {
    EngineCounters c = state.counters();
    String base =
        "engine_type=\"unified\",model_name="
            + Page.quoted(options.model())
            + ",moe_ep_rank=\"0\",pp_rank=\"0\",tp_rank=\"0\"";
    long tokens = (long) options.blocks() * options.blockSize();
    var page = new Page(Page.Style.PYTHON, created);
    page.gauge("sglang:num_running_reqs", base, state.running(), "Requests being processed.");
    page.gauge("sglang:num_used_tokens", base, Math.rint(state.kvUsage() * tokens), "Used tokens.");
    page.gauge("sglang:token_usage", base, state.kvUsage(), "Used share of the token pool.");
    page.gauge("sglang:full_token_usage", base, state.kvUsage(), "Used share, full attention.");
    page.gauge("sglang:swa_token_usage", base, 0, "Used share, sliding window.");
    page.gauge("sglang:num_queue_reqs", base, state.waiting(), "Requests in the waiting queue.");
    page.gauge("sglang:num_grammar_queue_reqs", base, 0, "Requests that wait for a grammar.");
    page.gauge("sglang:cache_hit_rate", base, hitRate(c), "Hit rate of the prefix cache.");
    page.gauge("sglang:max_total_num_tokens", base, tokens, "Size of the token pool.");
    page.gauge("sglang:page_size", base, options.blockSize(), "Tokens in a page.");
    page.gauge("sglang:num_pages", base, options.blocks(), "Pages of the token pool.");
    page.counter("sglang:prompt_tokens", base, c.promptTokens, "Prompt tokens.");
    page.counter("sglang:generation_tokens", base, c.generatedTokens, "Output tokens.");
    page.histogram(
        "sglang:time_to_first_token_seconds",
        "engine_type=\"unified\",",
        ",model_name=" + Page.quoted(options.model()),
        c.firstToken,
        "Spread of the time to the first token.");
    return page;
  }

  private Page trtllm(EngineState state) {
    EngineCounters c = state.counters();
    String base =
        "engine_type=\"pytorch\",model_name=" + Page.quoted(options.model()) + ",pid=\"1\"";
    long used = Math.round(state.kvUsage() * options.blocks());
    var page = new Page(Page.Style.PYTHON, created);
    page.gauge("trtllm_num_requests_running", base, state.running(), "Requests running");
    page.gauge("trtllm_num_requests_waiting", base, state.waiting(), "Requests waiting");
    page.gauge("trtllm_num_context_requests", base, 0, "Requests in prefill");
    page.gauge("trtllm_kv_cache_utilization", base, state.kvUsage(), "Used share of the cache");
    page.gauge("trtllm_kv_cache_hit_rate", base, hitRate(c), "Hit rate of the cache");
    page.gauge("trtllm_kv_cache_max_blocks", base, options.blocks(), "Blocks");
    page.gauge("trtllm_kv_cache_free_blocks", base, options.blocks() - used, "Free blocks");
    page.gauge("trtllm_kv_cache_used_blocks", base, used, "Used blocks");
    page.gauge("trtllm_kv_cache_tokens_per_block", base, options.blockSize(), "Tokens in a block");
    page.histogram(
        "trtllm_time_to_first_token_seconds",
        "engine_type=\"undefined\",",
        ",model_name=" + Page.quoted(options.model()),
        c.firstToken,
        "Spread of the time to the first token");
    return page;
  }

  private Page triton(EngineState state) {
    String end = "model=\"tensorrt_llm\",";
    String version = "version=\"1\"";
    long used = Math.round(state.kvUsage() * options.blocks());
    var page = new Page(Page.Style.GO, created);
    page.family("nv_inference_request_success", "counter", "Requests without an error")
        .sample(
            "nv_inference_request_success",
            end + version,
            state.counters().finished.values().stream().mapToLong(Long::longValue).sum());
    page.gauge(
        "nv_inference_pending_request_count", end + version, state.waiting(), "Requests pending");
    String requests = "nv_trt_llm_request_metrics";
    page.family(requests, "gauge", "Batch manager figures")
        .sample(requests, end + "request_type=\"waiting\"," + version, state.waiting())
        .sample(requests, end + "request_type=\"context\"," + version, 0)
        .sample(requests, end + "request_type=\"scheduled\"," + version, state.running())
        .sample(requests, end + "request_type=\"max\"," + version, options.slots())
        .sample(
            requests,
            end + "request_type=\"active\"," + version,
            state.running() + state.waiting());
    String kv = "nv_trt_llm_kv_cache_block_metrics";
    page.family(kv, "gauge", "Batch manager figures")
        .sample(kv, "kv_cache_block_type=\"fraction\"," + end + version, state.kvUsage())
        .sample(kv, "kv_cache_block_type=\"tokens_per\"," + end + version, options.blockSize())
        .sample(kv, "kv_cache_block_type=\"used\"," + end + version, used)
        .sample(kv, "kv_cache_block_type=\"free\"," + end + version, options.blocks() - used)
        .sample(kv, "kv_cache_block_type=\"max\"," + end + version, options.blocks());
    return page;
  }

  private static double hitRate(EngineCounters c) {
    return c.prefixQueries == 0 ? 0 : (double) c.prefixHits / c.prefixQueries;
  }

  private String loraLabels(LoraState state, boolean withMax) {
    return (withMax ? "max_lora=\"" + options.maxLoras() + "\"," : "")
        + "running_lora_adapters="
        + Page.quoted(String.join(",", state.running()))
        + ",waiting_lora_adapters="
        + Page.quoted(String.join(",", state.waiting()));
  }

  private static String words(String name) {
    return name.substring(name.indexOf(':') + 1).replace('_', ' ');
  }
}
