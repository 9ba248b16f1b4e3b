package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of a pod.
 *
 * @param name its name, unique in the namespace
 * @param labels its labels
 * @param activePorts value of the active-ports annotation; null when the pod has none
 * @param ip its address; empty while it has none
 * @param ready whether its condition {@code Ready} is {@code True}
 * @param deleting whether its deletion has begun
 */
record TrimmedPod(
    String name,
    Map<String, String> labels,
    @Nullable String activePorts,
    String ip,
    boolean ready,
    boolean deleting) {

  static final String ACTIVE_PORTS = "inference.networking.k8s.io/active-ports";

  TrimmedPod {
    labels = Map.copyOf(labels);
  }

  static TrimmedPod of(GenericKubernetesResource pod) {
    ObjectMeta metadata = pod.getMetadata();
    Map<String, String> annotations = metadata.getAnnotations();
    String ip = Facts.text(pod.get("status", "podIP"));
    return new TrimmedPod(
        metadata.getName(),
        Facts.texts(metadata.getLabels()),
        annotations == null ? null : annotations.get(ACTIVE_PORTS),
        ip == null ? "" : ip,
        isReady(pod),
        metadata.getDeletionTimestamp() != null);
  }

  private static boolean isReady(GenericKubernetesResource pod) {
    for (Object condition : Facts.list(pod.get("status", "conditions"))) {
      if (condition instanceof Map<?, ?> facts && "Ready".equals(facts.get("type"))) {
        return "True".equals(facts.get("status"));
      }
    }
    return false;
  }
}
