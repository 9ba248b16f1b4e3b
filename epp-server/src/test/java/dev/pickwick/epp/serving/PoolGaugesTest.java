package dev.pickwick.epp.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolGaugesTest {
  private static final long SECOND = 1_000_000_000;

  private long now;
  private final EndpointStore store = new EndpointStore(() -> now);
  private final PickerMetrics metrics = new PickerMetrics();
  private final PoolGauges gauges =
      new PoolGauges(metrics.registry(), "llama", store, Duration.ofSeconds(2), () -> now);

  PoolGaugesTest() {
    store.replace(List.of(spec("a", 1), spec("b", 2)));
  }

  @Test
  void refresh_freshEndpoints_areAveraged() {
    store.snapshot().get(0).scraped(scraped(4, 2, 0.5));
    store.snapshot().get(1).scraped(scraped(2, 0, 0.25));

    gauges.refresh();

    assertThat(metrics.page())
        .contains("inference_pool_ready_pods{name=\"llama\"} 2.0")
        .contains("inference_pool_average_queue_size{name=\"llama\"} 3.0")
        .contains("inference_pool_average_running_requests{name=\"llama\"} 1.0")
        .contains("inference_pool_average_kv_cache_utilization{name=\"llama\"} 0.375");
  }

  @Test
  void refresh_staleAndUnscraped_doNotCount() {
    store.snapshot().get(0).scraped(scraped(4, 2, 0.5));
    now += 3 * SECOND;

    gauges.refresh();

    assertThat(metrics.page()).contains("inference_pool_ready_pods{name=\"llama\"} 0.0");
  }

  @Test
  void refresh_nobodyFresh_keepsTheLastAverages() {
    store.snapshot().get(0).scraped(scraped(4, 2, 0.5));
    gauges.refresh();
    now += 3 * SECOND;

    gauges.refresh();

    assertThat(metrics.page())
        .contains("inference_pool_ready_pods{name=\"llama\"} 0.0")
        .contains("inference_pool_average_queue_size{name=\"llama\"} 4.0");
  }

  @Test
  void page_listsTheEndpointsOfTheMoment() {
    store.snapshot().get(0).scraped(scraped(4, 2, 0.5));
    assertThat(metrics.page())
        .contains("inference_pool_per_pod_queue_size{model_server_pod=\"a\",name=\"llama\"} 4.0")
        .contains("inference_pool_per_pod_queue_size{model_server_pod=\"b\",name=\"llama\"} 0.0");

    store.replace(List.of(spec("b", 2)));
    assertThat(metrics.page()).doesNotContain("model_server_pod=\"a\"");
  }

  @Test
  void refresh_thatFails_leavesTheTimerAlone() {
    PickerMetrics page = new PickerMetrics();
    AtomicInteger asked = new AtomicInteger();
    PoolGauges fragile =
        new PoolGauges(
            page.registry(),
            "llama",
            store,
            Duration.ofSeconds(2),
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("no clock");
              }
              return now;
            });
    store.snapshot().get(0).scraped(scraped(4, 2, 0.5));

    fragile.refresh();
    assertThat(page.page()).contains("inference_pool_ready_pods{name=\"llama\"} 0.0");
    fragile.refresh();
    assertThat(page.page()).contains("inference_pool_ready_pods{name=\"llama\"} 1.0");
  }

  private EndpointMetrics scraped(int waiting, int running, double kvUsage) {
    return new EndpointMetrics(
        waiting, running, kvUsage, Set.of(), Set.of(), 0, 16, 100, now, now, SECOND / 20);
  }

  private static EndpointSpec spec(String name, int host) {
    return new EndpointSpec(
        new EndpointId("default", name), name, "10.0.0." + host, 8000, 8000, Map.of());
  }
}
