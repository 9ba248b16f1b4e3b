package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;

/** A namespace with a pool and its pods, as a cluster's other inhabitants write them. */
final class PoolNamespace {

  static final ResourceDefinitionContext POOLS =
      context("inference.networking.k8s.io", "v1", "InferencePool");
  private static final ResourceDefinitionContext PODS = context("", "v1", "Pod");
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final String name;

  PoolNamespace(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  static ResourceDefinitionContext context(String group, String version, String kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(kind.toLowerCase(java.util.Locale.ROOT) + "s")
        .withNamespaced(true)
        .build();
  }

  String name() {
    return name;
  }

  private Resource<GenericKubernetesResource> pool() {
    return client.genericKubernetesResources(POOLS).inNamespace(name).withName("pool");
  }

  private NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>>
      pods() {
    return client.genericKubernetesResources(PODS).inNamespace(name);
  }

  private static GenericKubernetesResource object(String yaml) {
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }

  /** A pool that selects {@code app: APP}, with the ports as a YAML list. */
  void createPool(String app, String targetPorts) {
    client
        .genericKubernetesResources(POOLS)
        .inNamespace(name)
        .resource(
            object(
                """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: pool}
                spec:
                  selector: {matchLabels: {app: %s}}
                  targetPorts: %s
                  endpointPickerRef: {name: epp, port: {number: 9002}}
                """
                    .formatted(app, targetPorts)))
        .create();
  }

  void patchPool(String json) {
    pool().patch(MERGE, json);
  }

  void deletePool() {
    var _ = pool().delete();
  }

  /** A pod nobody schedules, so that its status is ours to write. */
  void createPod(String pod, String app) {
    pods()
        .resource(
            object(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app: %s}}
                spec:
                  schedulerName: nobody
                  automountServiceAccountToken: false
                  containers: [{name: server, image: example.invalid/server}]
                """
                    .formatted(pod, app)))
        .create();
  }

  void createReadyPod(String pod, String app, String ip) {
    createPod(pod, app);
    patchStatus(
        pod,
        """
        {"status": {"phase": "Running", "podIP": "%1$s", "podIPs": [{"ip": "%1$s"}],
         "conditions": [{"type": "Ready", "status": "True"}]}}
        """
            .formatted(ip));
  }

  void setReady(String pod, String status) {
    patchStatus(
        pod,
        """
        {"status": {"conditions": [{"type": "Ready", "status": "%s"}]}}
        """
            .formatted(status));
  }

  private void patchStatus(String pod, String json) {
    pods().withName(pod).subresource("status").patch(MERGE, json);
  }

  void patchPod(String pod, String json) {
    pods().withName(pod).patch(MERGE, json);
  }

  void deletePod(String pod) {
    var _ = pods().withName(pod).withGracePeriod(0).delete();
  }
}
