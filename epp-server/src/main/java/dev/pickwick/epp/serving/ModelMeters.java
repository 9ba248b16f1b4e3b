package dev.pickwick.epp.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counters of one pair of client's model and target model; made when first needed. */
final class ModelMeters {
  final String model;
  final String targetModel;
  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<Integer, Counter> requests = new ConcurrentHashMap<>();
  private final Map<String, Counter> errors = new ConcurrentHashMap<>();

  ModelMeters(MeterRegistry registry, String model, String targetModel) {
    this.registry = registry;
    this.model = model;
    this.targetModel = targetModel;
    this.tags = Tags.of("model_name", model, "target_model_name", targetModel);
  }

  Counter requests(int priority) {
    return requests.computeIfAbsent(
        priority,
        value ->
            Counter.builder("inference_objective_request")
                .description("[ALPHA] requests that were given an endpoint")
                .tags(tags.and("priority", Integer.toString(value)))
                .register(registry));
  }

  Counter errors(String code) {
    return errors.computeIfAbsent(
        code,
        value ->
            Counter.builder("inference_objective_request_error")
                .description("[ALPHA] requests that failed, by error code")
                .tags(tags.and("error_code", value))
                .register(registry));
  }
}
