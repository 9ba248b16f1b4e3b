package dev.pickwick.benchmarks.start;

import dev.pickwick.benchmarks.pods.PodFarm;

/** The pool and its pods, as an API server shows them. */
final class ApiObjects {

  static final String NAMESPACE = "inference";
  static final String POOL = "pool";
  static final String POOLS_PATH =
      "/apis/inference.networking.k8s.io/v1/namespaces/" + NAMESPACE + "/inferencepools";
  static final String PODS_PATH = "/api/v1/namespaces/" + NAMESPACE + "/pods";

  /** Makes a pod about as long as those of a real deployment. */
  private static final int VARIABLES = 40;

  private ApiObjects() {}

  /** A pool whose pods listen on a port. */
  static String pool(int port) {
    return """
    {"apiVersion": "inference.networking.k8s.io/v1", "kind": "InferencePool",
     "metadata": {"name": "%s", "namespace": "%s", "resourceVersion": "7"},
     "spec": {"selector": {"matchLabels": {"app": "server"}}, "targetPorts": [{"number": %d}],
              "endpointPickerRef": {"name": "epp", "port": {"number": 9002}}}}
    """
        .formatted(POOL, NAMESPACE, port)
        .replace("\n", "");
  }

  /** A ready pod with the address that a farm's pod of this number has; about 4 KB. */
  static String pod(int number) {
    return """
    {"apiVersion": "v1", "kind": "Pod",
     "metadata": {"name": "server-%1$d", "namespace": "%2$s", "resourceVersion": "7",
                  "uid": "%1$d", "labels": {"app": "server"}},
     "spec": {"containers": [{"name": "server", "image": "server", "env": [%3$s]}]},
     "status": {"phase": "Running", "podIP": "%4$s", "podIPs": [{"ip": "%4$s"}],
                "conditions": [{"type": "Ready", "status": "True"}]}}
    """
        .formatted(number, NAMESPACE, variables(), PodFarm.address(number))
        .replace("\n", "");
  }

  private static String variables() {
    StringBuilder variables = new StringBuilder();
    for (int i = 0; i < VARIABLES; i++) {
      variables.append(i == 0 ? "" : ",");
      variables.append("{\"name\": \"SETTING_OF_THE_SERVER_").append(i);
      variables.append("\", \"value\": \"the value that was chosen for this setting\"}");
    }
    return variables.toString();
  }
}
