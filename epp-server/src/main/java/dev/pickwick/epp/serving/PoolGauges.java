package dev.pickwick.epp.serving;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The pool as gauges. Averages are over endpoints with fresh metrics and keep their last value when
 * there is none, as in the reference.
 */
public final class PoolGauges {
  private static final Logger LOG = System.getLogger(PoolGauges.class.getName());

  private final EndpointStore endpoints;
  private final LongSupplier nanos;
  private final long stalenessNanos;
  private final String pool;
  private boolean broken;
  private volatile Averages averages = new Averages(0, 0, 0, 0);

  /**
   * Registers the gauges, all at 0; the endpoints are listed anew at each scrape of the page.
   *
   * @param pool value of the label {@code name}
   * @param staleness age after which an endpoint's metrics are not fresh any more
   */
  public PoolGauges(
      PrometheusMeterRegistry registry,
      String pool,
      EndpointStore endpoints,
      Duration staleness,
      LongSupplier nanos) {
    this.pool = pool;
    this.endpoints = endpoints;
    this.nanos = nanos;
    this.stalenessNanos = staleness.toNanos();
    gauge(
        registry,
        "average_kv_cache_utilization",
        "average KV cache use, 0 to 1",
        Averages::kvUsage);
    gauge(registry, "average_queue_size", "average number of waiting requests", Averages::queue);
    gauge(
        registry,
        "average_running_requests",
        "average number of running requests",
        Averages::running);
    gauge(registry, "ready_pods", "endpoints with fresh metrics", Averages::ready);
    GaugeWithCallback.builder()
        .name("inference_pool_per_pod_queue_size")
        .help("[ALPHA] requests waiting at each endpoint")
        .labelNames("name", "model_server_pod")
        .callback(this::listEndpoints)
        .register(registry.getPrometheusRegistry());
  }

  /** Computes the averages anew; never throws, since a timer calls it. */
  public void refresh() {
    try {
      compute();
    } catch (RuntimeException e) {
      if (!broken) {
        broken = true;
        LOG.log(Level.ERROR, "the averages of the pool cannot be computed", e);
      }
    }
  }

  private void compute() {
    EndpointSnapshot snapshot = endpoints.snapshot();
    long now = nanos.getAsLong();
    int ready = 0;
    double kvUsage = 0;
    double queue = 0;
    double running = 0;
    for (int i = 0; i < snapshot.size(); i++) {
      EndpointMetrics metrics = snapshot.get(i).metrics();
      if (!metrics.isNever() && !metrics.isStale(now, stalenessNanos)) {
        ready++;
        kvUsage += metrics.kvUsage();
        queue += metrics.waiting();
        running += metrics.running();
      }
    }
    Averages last = averages;
    averages =
        ready == 0
            ? new Averages(0, last.kvUsage, last.queue, last.running)
            : new Averages(ready, kvUsage / ready, queue / ready, running / ready);
  }

  private void listEndpoints(GaugeWithCallback.Callback page) {
    EndpointSnapshot snapshot = endpoints.snapshot();
    for (int i = 0; i < snapshot.size(); i++) {
      Endpoint endpoint = snapshot.get(i);
      page.call(endpoint.metrics().waiting(), pool, endpoint.id().name());
    }
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      java.util.function.ToDoubleFunction<Averages> value) {
    Gauge.builder("inference_pool_" + name, this, self -> value.applyAsDouble(self.averages))
        .description("[ALPHA] " + description)
        .tag("name", pool)
        .strongReference(true)
        .register(registry);
  }

  private record Averages(int ready, double kvUsage, double queue, double running) {}
}
