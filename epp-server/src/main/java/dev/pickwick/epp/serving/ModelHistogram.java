package dev.pickwick.epp.serving;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A histogram with the reference's exact buckets, by pair of models; a pair is on the page from its
 * first value on.
 *
 * <p>Made without Micrometer, which adds a maximum of its own to every histogram and knows no
 * bucket that ends at 0.
 */
final class ModelHistogram {
  private final Histogram histogram;

  /** The client looks a series up by a list it makes for every value. */
  private final Map<ModelMeters, DistributionDataPoint> series = new ConcurrentHashMap<>();

  ModelHistogram(PrometheusRegistry registry, String name, String description, double[] bounds) {
    histogram =
        builder("inference_objective_" + name, description, bounds)
            .labelNames("model_name", "target_model_name")
            .register(registry);
  }

  /** The beginning of any histogram here. */
  static Histogram.Builder builder(String name, String description, double[] bounds) {
    return Histogram.builder()
        .name(name)
        .help("[ALPHA] " + description)
        .classicOnly()
        .withoutExemplars()
        .classicUpperBounds(bounds);
  }

  void observe(ModelMeters pair, long value) {
    observe(pair, (double) value);
  }

  void observe(ModelMeters pair, double value) {
    DistributionDataPoint found = series.get(pair);
    if (found == null) {
      found =
          series.computeIfAbsent(
              pair, fresh -> histogram.labelValues(fresh.model, fresh.targetModel));
    }
    found.observe(value);
  }
}
