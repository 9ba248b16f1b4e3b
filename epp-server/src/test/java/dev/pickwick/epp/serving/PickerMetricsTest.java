package dev.pickwick.epp.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.body.Usage;
import dev.pickwick.epp.stream.StreamEvents;
import dev.pickwick.epp.stream.StreamEvents.Response;
import dev.pickwick.scheduler.Decision;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prompt.PromptChain;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PickerMetricsTest {
  private static final long SECOND = 1_000_000_000;
  private static final String MODELS = "model_name=\"m\",target_model_name=\"t\"";

  private static final Decision REJECTED =
      new Decision.Rejected(Decision.Reason.NO_ENDPOINTS, "none");

  private final PickerMetrics metrics = new PickerMetrics();
  private final Endpoint endpoint = endpoint();

  @Test
  void page_atTheStart_hasNoSeriesOfModels() {
    assertThat(metrics.page()).doesNotContain("model_name=");
  }

  @Test
  void scheduled_request_isCountedUnderTheReferencesNames() {
    metrics.scheduled(request("m", "t", 2), endpoint, 51, SECOND);

    assertThat(metrics.page())
        .contains(
            "inference_objective_request_total{model_name=\"m\",priority=\"2\",target_model_name=\"t\"}"
                + " 1.0")
        .contains("inference_objective_request_sizes_bucket{" + MODELS + ",le=\"64.0\"} 1")
        .contains("inference_objective_request_sizes_sum{" + MODELS + "} 51")
        .contains(
            "inference_extension_scheduler_attempts_total{namespace=\"default\",pod_name=\"pod-1\",port=\"8000\",status=\"success\",target_model_name=\"t\"}"
                + " 1.0");
  }

  @Test
  void responseCompleted_withUsage_fillsEveryHistogram() {
    metrics.responseCompleted(
        new Response("m", "t", 200, 400, 2 * SECOND, new Usage(10, 4, 14, 6)));

    assertThat(metrics.page())
        .contains("inference_objective_response_sizes_sum{" + MODELS + "} 400.0")
        .contains("inference_objective_request_duration_seconds_sum{" + MODELS + "} 2.0")
        .contains("inference_objective_input_tokens_sum{" + MODELS + "} 10.0")
        .contains("inference_objective_output_tokens_sum{" + MODELS + "} 4.0")
        .contains("inference_objective_prompt_cached_tokens_sum{" + MODELS + "} 6.0")
        .contains(
            "inference_objective_normalized_time_per_output_token_seconds_sum{" + MODELS + "} 0.5")
        .contains("inference_objective_response_sizes_bucket{" + MODELS + ",le=\"32778.0\"} 1");
  }

  @Test
  void responseCompleted_withoutUsage_countsNoTokens() {
    metrics.responseCompleted(new Response("m", "t", 200, 400, 0, Usage.NONE));

    assertThat(metrics.page())
        .contains("inference_objective_response_sizes_count{" + MODELS + "} 1")
        .doesNotContain("inference_objective_input_tokens_count{")
        .doesNotContain("inference_objective_prompt_cached_tokens_count{")
        .doesNotContain("inference_objective_request_duration_seconds_count{");
  }

  @Test
  void running_startedAndStopped_goesUpAndDown() {
    metrics.startedRunning("m");
    metrics.startedRunning("m");
    metrics.stoppedRunning("m");
    metrics.startedRunning("");

    assertThat(metrics.page())
        .contains("inference_objective_running_requests{model_name=\"m\"} 1.0")
        .doesNotContain("inference_objective_running_requests{model_name=\"\"}");
  }

  @Test
  void failed_requests_areCountedByCode() {
    metrics.failed("m", "t", "BadRequest", "no prompt");

    assertThat(metrics.page())
        .contains(
            "inference_objective_request_error_total{error_code=\"BadRequest\","
                + MODELS
                + "} 1.0");
  }

  @Test
  void scheduling_passes_areTimedAndFailuresCounted() {
    metrics.decided(request("m", "t", 0), SECOND / 1000, REJECTED);

    assertThat(metrics.page())
        .contains("inference_extension_scheduler_e2e_duration_seconds_bucket{le=\"0.001\"} 1")
        .contains(
            "inference_extension_scheduler_attempts_total{namespace=\"\",pod_name=\"\",port=\"\",status=\"failure\",target_model_name=\"t\"}"
                + " 1.0");
  }

  @Test
  void prefixMatched_hasABucketForNoMatchAtAll() {
    metrics.prefixMatched(0, 4, 64);
    metrics.prefixMatched(2, 4, 64);

    assertThat(metrics.page())
        .contains("inference_extension_prefix_indexer_hit_ratio_bucket{le=\"0.0\"} 1")
        .contains("inference_extension_prefix_indexer_hit_ratio_bucket{le=\"0.5\"} 2")
        .contains("inference_extension_prefix_indexer_hit_bytes_sum 128.0");
  }

  @Test
  void scrapes_andEnds_areCounted() {
    metrics.scraped(endpoint, true, 1, 3);
    metrics.scraped(endpoint, false, 1, 0);
    metrics.ticksMissed(5);
    metrics.ended(StreamEvents.End.COMPLETED);

    assertThat(metrics.page())
        .contains("pickwick_scrapes_total 1.0")
        .contains("pickwick_scrape_failures_total 1.0")
        .contains("pickwick_scrape_bad_lines_total 3.0")
        .contains("pickwick_scrape_missed_ticks_total 5.0")
        .contains("pickwick_streams_total{end=\"completed\"} 1.0");
  }

  @Test
  void models_thatClientsMakeUp_areBounded() {
    for (int i = 0; i < 5000; i++) {
      metrics.scheduled(request("made-up-" + i, "made-up-" + i, 0), endpoint, 1, 1);
      metrics.decided(request("made-up-" + i, "made-up-" + i, 0), 1, REJECTED);
      metrics.startedRunning("made-up-" + i);
    }

    assertThat(
            metrics
                .page()
                .lines()
                .filter(line -> line.startsWith("inference_objective_request_total")))
        .hasSizeLessThanOrEqualTo(1001);
    assertThat(
            metrics
                .page()
                .lines()
                .filter(line -> line.startsWith("inference_objective_running_requests")))
        .hasSizeLessThanOrEqualTo(1001);
    for (String status : List.of("success", "failure")) {
      assertThat(
              metrics
                  .page()
                  .lines()
                  .filter(line -> line.startsWith("inference_extension_scheduler_attempts_total"))
                  .filter(line -> line.contains("status=\"" + status + "\"")))
          .hasSize(1001)
          .anyMatch(line -> line.contains("target_model_name=\"other\"} 4000.0"));
    }
    assertThat(metrics.page()).contains("model_name=\"other\"");
  }

  @Test
  void attempts_ofModelsThatOnlyFail_areBoundedToo() {
    for (int i = 0; i < 5000; i++) {
      metrics.decided(request("made-up-" + i, "made-up-" + i, 0), 1, REJECTED);
    }

    assertThat(
            metrics
                .page()
                .lines()
                .filter(line -> line.startsWith("inference_extension_scheduler_attempts_total")))
        .hasSize(1001)
        .anyMatch(line -> line.contains("target_model_name=\"other\"} 4000.0"));
  }

  @Test
  void models_withLongNames_areNotKept() {
    String name = "n".repeat(257);

    metrics.scheduled(request(name, "t", 0), endpoint, 1, 1);
    metrics.scheduled(request("m", name, 0), endpoint, 1, 1);
    metrics.startedRunning(name);
    metrics.stoppedRunning(name);
    metrics.failed(name, name, "BadRequest", "no prompt");

    assertThat(metrics.page())
        .doesNotContain(name)
        .contains("inference_objective_running_requests{model_name=\"other\"} 0.0");
  }

  @Test
  void page_hostileModelName_staysOneLine() {
    metrics.scheduled(request("a\"b\\c\nd", "t", 0), endpoint, 1, 1);

    assertThat(metrics.page()).contains("model_name=\"a\\\"b\\\\c\\nd\"");
  }

  private static InferenceRequest request(String model, String target, int priority) {
    return new InferenceRequest(
        "id", target, model, priority, 51, PromptChain.EMPTY, null, name -> null);
  }

  private static Endpoint endpoint() {
    EndpointStore store = new EndpointStore(() -> 0L);
    store.replace(
        List.of(
            new EndpointSpec(
                new EndpointId("default", "pod-1-rank-0"),
                "pod-1",
                "10.0.0.1",
                8000,
                8000,
                Map.of())));
    return store.snapshot().get(0);
  }
}
