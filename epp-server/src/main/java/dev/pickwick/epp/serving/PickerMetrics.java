package dev.pickwick.epp.serving;

import dev.pickwick.epp.body.Usage;
import dev.pickwick.epp.stream.StreamEvents;
import dev.pickwick.scheduler.Decision;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.SchedulerEvents;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scraper.ScrapeEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Counts what happens to requests under the reference's metric names, and logs what an operator
 * must know: one line when something begins to fail, one when it works again.
 *
 * <p>Label values that clients choose are bounded: after 1,000 different pairs of model names
 * further ones are counted under the model name {@code other}, and so are names of more than 256
 * characters.
 */
public final class PickerMetrics implements StreamEvents, SchedulerEvents, ScrapeEvents {
  private static final Logger LOG = System.getLogger(PickerMetrics.class.getName());
  private static final int MOST_MODELS = 1000;
  private static final int MOST_ENDPOINTS = 20_000;
  private static final int LONGEST_NAME = 256;
  private static final String OTHER = "other";
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<ModelPair, ModelMeters> models = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final Map<Attempt, Counter> attempts = new ConcurrentHashMap<>();
  private final Map<String, Counter> failedAttempts = new ConcurrentHashMap<>();
  private final Map<End, Counter> streams = new EnumMap<>(End.class);
  private final ModelHistogram requestBytes =
      histogram(
          "request_sizes", "request body sizes, in bytes, as forwarded", Buckets.REQUEST_BYTES);
  private final ModelHistogram responseBytes =
      histogram("response_sizes", "response body sizes, in bytes", Buckets.RESPONSE_BYTES);
  private final ModelHistogram duration =
      histogram(
          "request_duration_seconds",
          "time from the request's headers to the response's end, in seconds",
          Buckets.LATENCY_SECONDS);
  private final ModelHistogram inputTokens =
      histogram("input_tokens", "prompt tokens per request", Buckets.INPUT_TOKENS);
  private final ModelHistogram outputTokens =
      histogram("output_tokens", "completion tokens per request", Buckets.OUTPUT_TOKENS);
  private final ModelHistogram cachedTokens =
      histogram(
          "prompt_cached_tokens", "prompt tokens served from the cache", Buckets.INPUT_TOKENS);
  private final ModelHistogram secondsPerToken =
      histogram(
          "normalized_time_per_output_token_seconds",
          "duration divided by completion tokens, in seconds",
          Buckets.SECONDS_PER_TOKEN);
  private final DistributionDataPoint schedulingSeconds;
  private final DistributionDataPoint hitRatio;
  private final DistributionDataPoint hitBytes;
  private final Counter malformedMessages;
  private final Counter malformedUsages;
  private final Counter bugs;
  private final Counter scrapes;
  private final Counter failedScrapes;
  private final Counter badLines;
  private final Counter missedTicks;

  /** An empty page. */
  public PickerMetrics() {
    schedulingSeconds =
        plainHistogram(
            "inference_extension_scheduler_e2e_duration_seconds",
            "duration of a scheduling pass, in seconds",
            Buckets.FAST_SECONDS);
    hitRatio =
        plainHistogram(
            "inference_extension_prefix_indexer_hit_ratio",
            "share of the prompt's blocks that the picked endpoint holds, 0 to 1",
            Buckets.RATIO);
    hitBytes =
        plainHistogram(
            "inference_extension_prefix_indexer_hit_bytes",
            "bytes of the prompt that the picked endpoint holds",
            Buckets.HIT_BYTES);
    malformedMessages =
        counter("pickwick_malformed_messages", "messages of gateways that were none");
    malformedUsages = counter("pickwick_malformed_usage", "responses whose usage was none");
    bugs = counter("pickwick_unexpected_failures", "streams ended by a bug of the picker");
    scrapes = counter("pickwick_scrapes", "metrics pages read");
    failedScrapes = counter("pickwick_scrape_failures", "metrics pages that could not be read");
    badLines = counter("pickwick_scrape_bad_lines", "malformed lines of metrics pages");
    missedTicks =
        counter("pickwick_scrape_missed_ticks", "scrapes left out because time ran short");
    for (End end : End.values()) {
      streams.put(
          end,
          Counter.builder("pickwick_streams")
              .description("ended ext_proc streams")
              .tag("end", end.name().toLowerCase(java.util.Locale.ROOT))
              .register(registry));
    }
  }

  /** The page in Prometheus text format. */
  public String page() {
    return registry.scrape();
  }

  /** Where other parts of the program put gauges of their own. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Adds a gauge that is asked at every scrape of the page. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).strongReference(true).register(registry);
  }

  // Streams

  @Override
  public void scheduled(InferenceRequest request, Endpoint endpoint, long sentBytes, long nanos) {
    ModelMeters meters = meters(request.incomingModel(), request.model());
    meters.requests(request.priority()).increment();
    requestBytes.observe(meters, sentBytes);
    attempt(meters.targetModel, endpoint).increment();
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG,
          "request {0} for model {1} goes to {2}",
          request.id(),
          request.model(),
          endpoint);
    }
  }

  @Override
  public void startedRunning(String model) {
    if (!model.isEmpty()) {
      running(model).incrementAndGet();
    }
  }

  @Override
  public void stoppedRunning(String model) {
    if (!model.isEmpty()) {
      running(model).decrementAndGet();
    }
  }

  @Override
  public void responseCompleted(Response response) {
    ModelMeters meters = meters(response.model(), response.targetModel());
    responseBytes.observe(meters, response.responseBytes());
    double seconds = response.durationNanos() / NANOS_PER_SECOND;
    if (seconds > 0) {
      duration.observe(meters, seconds);
    }
    Usage usage = response.usage();
    if (usage.promptTokens() > 0) {
      inputTokens.observe(meters, usage.promptTokens());
    }
    if (usage.completionTokens() > 0) {
      outputTokens.observe(meters, usage.completionTokens());
      secondsPerToken.observe(meters, seconds / usage.completionTokens());
    }
    if (usage.cachedTokens() >= 0) {
      cachedTokens.observe(meters, usage.cachedTokens());
    }
  }

  @Override
  public void malformedUsage() {
    malformedUsages.increment();
  }

  @Override
  public void failed(String model, String targetModel, String code, String message) {
    meters(model, targetModel).errors(code).increment();
    LOG.log(Level.DEBUG, "request failed: {0}: {1}", code, message);
  }

  @Override
  public void malformedMessage(String problem) {
    malformedMessages.increment();
    LOG.log(Level.DEBUG, "malformed message from the gateway: {0}", problem);
  }

  @Override
  public void unexpected(Throwable failure) {
    bugs.increment();
    LOG.log(Level.ERROR, "a stream was ended by a bug of the picker", failure);
  }

  @Override
  public void ended(End end) {
    Counter counter = streams.get(end);
    if (counter != null) {
      counter.increment();
    }
  }

  // Scheduling

  @Override
  public void decided(InferenceRequest request, long nanosTaken, Decision decision) {
    schedulingSeconds.observe(nanosTaken / NANOS_PER_SECOND);
    if (decision instanceof Decision.Rejected) {
      failedAttempt(counted(request.incomingModel(), request.model()).targetModel()).increment();
    }
  }

  @Override
  public void prefixMatched(int matchedBlocks, int totalBlocks, int blockBytes) {
    hitRatio.observe((double) matchedBlocks / totalBlocks);
    hitBytes.observe((double) matchedBlocks * blockBytes);
  }

  @Override
  public void pluginFailed(Plugin plugin, Throwable cause) {
    LOG.log(
        Level.ERROR,
        "plugin " + plugin.getClass().getName() + " throws; picks go on without its vote",
        cause);
  }

  @Override
  public void pluginRecovered(Plugin plugin) {
    LOG.log(Level.INFO, "plugin {0} works again", plugin.getClass().getName());
  }

  // Scraping

  @Override
  public void stateChanged(Endpoint endpoint, boolean ok, String detail) {
    if (ok) {
      LOG.log(Level.INFO, "endpoint {0} answers scrapes", endpoint);
    } else {
      LOG.log(
          Level.WARNING,
          "endpoint {0} cannot be scraped, its last numbers are kept: {1}",
          endpoint,
          detail);
    }
  }

  @Override
  public void scraped(Endpoint endpoint, boolean ok, long nanos, int malformedLines) {
    (ok ? scrapes : failedScrapes).increment();
    badLines.increment(malformedLines);
  }

  @Override
  public void ticksMissed(long ticks) {
    missedTicks.increment((double) ticks);
  }

  private ModelMeters meters(String model, String targetModel) {
    ModelPair pair = new ModelPair(model, targetModel);
    ModelMeters known = models.get(pair);
    if (known != null) {
      return known;
    }
    return models.computeIfAbsent(
        counted(model, targetModel),
        made -> new ModelMeters(registry, made.model(), made.targetModel()));
  }

  /** The pair under which these models are counted. */
  private ModelPair counted(String model, String targetModel) {
    ModelPair pair = new ModelPair(model, targetModel);
    return models.containsKey(pair)
            || (models.size() < MOST_MODELS && isShort(model) && isShort(targetModel))
        ? pair
        : new ModelPair(OTHER, OTHER);
  }

  private AtomicInteger running(String model) {
    AtomicInteger known = running.get(model);
    if (known != null) {
      return known;
    }
    return running.computeIfAbsent(
        running.size() < MOST_MODELS && isShort(model) ? model : OTHER,
        name -> {
          AtomicInteger count = new AtomicInteger();
          Gauge.builder("inference_objective_running_requests", count, AtomicInteger::get)
              .description("[ALPHA] requests that run now")
              .tag("model_name", name)
              .register(registry);
          return count;
        });
  }

  private Counter attempt(String targetModel, Endpoint endpoint) {
    Attempt key = new Attempt(targetModel, endpoint.destination(), endpoint.spec().pod());
    Counter known = attempts.get(key);
    if (known != null) {
      return known;
    }
    if (attempts.size() >= MOST_ENDPOINTS) {
      return attempts.computeIfAbsent(
          Attempt.ANY_OTHER, _ -> attemptCounter("success", OTHER, OTHER, OTHER, OTHER));
    }
    return attempts.computeIfAbsent(
        key,
        _ ->
            attemptCounter(
                "success",
                targetModel,
                endpoint.spec().pod(),
                endpoint.id().namespace(),
                Integer.toString(endpoint.spec().port())));
  }

  private Counter failedAttempt(String targetModel) {
    boolean few = failedAttempts.size() < MOST_MODELS || failedAttempts.containsKey(targetModel);
    return failedAttempts.computeIfAbsent(
        few ? targetModel : OTHER, name -> attemptCounter("failure", name, "", "", ""));
  }

  private Counter attemptCounter(
      String status, String targetModel, String pod, String namespace, String port) {
    return Counter.builder("inference_extension_scheduler_attempts")
        .description("[ALPHA] scheduling passes, by outcome")
        .tag("status", status)
        .tag("target_model_name", targetModel)
        .tag("pod_name", pod)
        .tag("namespace", namespace)
        .tag("port", port)
        .register(registry);
  }

  private static boolean isShort(String model) {
    return model.length() <= LONGEST_NAME;
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private ModelHistogram histogram(String name, String description, double[] bounds) {
    return new ModelHistogram(registry.getPrometheusRegistry(), name, description, bounds);
  }

  private DistributionDataPoint plainHistogram(String name, String description, double[] bounds) {
    return ModelHistogram.builder(name, description, bounds)
        .register(registry.getPrometheusRegistry());
  }

  private record ModelPair(String model, String targetModel) {}

  /** What successful passes are counted by. */
  private record Attempt(String targetModel, String destination, String pod) {
    private static final Attempt ANY_OTHER = new Attempt(OTHER, OTHER, OTHER);
  }
}
