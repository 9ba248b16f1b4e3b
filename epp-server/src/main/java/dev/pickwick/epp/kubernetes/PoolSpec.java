package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pool asks for: which pods are its own, and on which ports they serve.
 *
 * @param selector the labels a pod of the pool carries; never empty
 * @param targetPorts ports in [1, 65535], in the pool's order; never empty
 */
record PoolSpec(Map<String, String> selector, List<Integer> targetPorts) {

  PoolSpec {
    selector = Map.copyOf(selector);
    targetPorts = List.copyOf(targetPorts);
  }

  /** Reads {@code spec} of an InferencePool; empty when no pod could be found by it. */
  static Optional<PoolSpec> of(GenericKubernetesResource pool) {
    Map<String, String> selector = Facts.texts(pool.get("spec", "selector", "matchLabels"));
    List<Integer> ports = new ArrayList<>();
    for (Object target : Facts.list(pool.get("spec", "targetPorts"))) {
      if (target instanceof Map<?, ?> map
          && map.get("number") instanceof Number number
          && number.longValue() >= 1
          && number.longValue() <= 65535) {
        ports.add(number.intValue());
      }
    }
    return selector.isEmpty() || ports.isEmpty()
        ? Optional.empty()
        : Optional.of(new PoolSpec(selector, ports));
  }
}
