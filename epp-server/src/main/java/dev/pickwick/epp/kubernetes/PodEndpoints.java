package dev.pickwick.epp.kubernetes;

import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints a pool and its pods make.
 *
 * <p>Every target port of a ready pod is one endpoint: a data-parallel server listens on one port
 * per rank. The rank is the port's place in the pool's list and part of the endpoint's name, also
 * where the pool has a single port. A pod may narrow its ports by an annotation.
 *
 * <p>Example: target ports 8000, 8001 and pods a (ready), b (ready, active ports "8001"), c (not
 * ready) make {@code a-rank-0} at port 8000, {@code a-rank-1} at 8001 and {@code b-rank-1} at 8001.
 */
final class PodEndpoints {

  private PodEndpoints() {}

  /**
   * The endpoints of a pool.
   *
   * @param metricsPort port of the metrics page in [0, 65535]; 0 means the target port; it counts
   *     only when the pool has exactly one target port
   */
  static List<EndpointSpec> of(
      String namespace, PoolSpec pool, Collection<TrimmedPod> pods, int metricsPort) {
    List<EndpointSpec> endpoints = new ArrayList<>(pods.size() * pool.targetPorts().size());
    for (TrimmedPod pod : pods) {
      if (serves(pod, pool.selector())) {
        addRanks(namespace, pool.targetPorts(), pod, metricsPort, endpoints);
      }
    }
    return endpoints;
  }

  private static boolean serves(TrimmedPod pod, Map<String, String> selector) {
    return pod.ready()
        && !pod.deleting()
        && !pod.ip().isEmpty()
        && pod.labels().entrySet().containsAll(selector.entrySet());
  }

  private static void addRanks(
      String namespace,
      List<Integer> targetPorts,
      TrimmedPod pod,
      int metricsPort,
      List<EndpointSpec> endpoints) {
    Set<Integer> active = activePorts(pod.activePorts(), targetPorts);
    for (int rank = 0; rank < targetPorts.size(); rank++) {
      int port = targetPorts.get(rank);
      if (active.contains(port)) {
        endpoints.add(
            new EndpointSpec(
                new EndpointId(namespace, pod.name() + "-rank-" + rank),
                pod.name(),
                pod.ip(),
                port,
                metricsPort != 0 && targetPorts.size() == 1 ? metricsPort : port,
                pod.labels()));
      }
    }
  }

  /** The ports of a pool that a pod serves: all of them without the annotation. */
  static Set<Integer> activePorts(@Nullable String annotation, List<Integer> targetPorts) {
    if (annotation == null) {
      return Set.copyOf(targetPorts);
    }
    Set<Integer> active = new HashSet<>();
    for (String item : annotation.split(",", -1)) {
      int port = leadingNumber(item.strip());
      if (targetPorts.contains(port)) {
        active.add(port);
      }
    }
    return active;
  }

  /** The number a text begins with; 0 where there is none or it is no port. */
  private static int leadingNumber(String text) {
    int number = 0;
    for (int i = text.startsWith("+") ? 1 : 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        break;
      }
      number = number * 10 + (c - '0');
      if (number > 65535) {
        return 0;
      }
    }
    return number;
  }
}
