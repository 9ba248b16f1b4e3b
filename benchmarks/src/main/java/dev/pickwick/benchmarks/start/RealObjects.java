package dev.pickwick.benchmarks.start;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Creates the pool and its pods in a real API server. */
final class RealObjects {

  private static final int TRIES = 100;
  private static final long PAUSE_MILLIS = 200;

  /** As much of the definition as it takes to store pools. */
  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: inferencepools.inference.networking.k8s.io
        annotations:
          api-approved.kubernetes.io: https://github.com/kubernetes-sigs/gateway-api-inference-extension/pull/1173
      spec:
        group: inference.networking.k8s.io
        scope: Namespaced
        names: {kind: InferencePool, plural: inferencepools, singular: inferencepool}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private static final String SPACE =
      """
      {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}
      """
          .formatted(ApiObjects.NAMESPACE);

  private RealObjects() {}

  /**
   * Creates them.
   *
   * @param pods how many
   * @param podPort the pool's target port
   */
  static void create(KubernetesClient client, int pods, int podPort)
      throws IOException, InterruptedException {
    create(client, DEFINITION);
    create(client, SPACE);
    createPatiently(client, withoutVersion(ApiObjects.pool(podPort)));
    for (int i = 0; i < pods; i++) {
      GenericKubernetesResource pod = object(withoutVersion(ApiObjects.pod(i)));
      Object status = pod.getAdditionalProperties().get("status");
      client.resource(pod).create();
      GenericKubernetesResource stored = client.resource(pod).get();
      stored.setAdditionalProperty("status", status);
      client.resource(stored).updateStatus();
    }
  }

  /** The kind is known a moment after its definition. */
  private static void createPatiently(KubernetesClient client, String text)
      throws IOException, InterruptedException {
    for (int i = 1; ; i++) {
      try {
        create(client, text);
        return;
      } catch (KubernetesClientException e) {
        if (i == TRIES) {
          throw new IOException("the pool cannot be created: " + e.getMessage(), e);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static void create(KubernetesClient client, String text) {
    client.resource(object(text)).create();
  }

  private static GenericKubernetesResource object(String text) {
    return Serialization.unmarshal(text, GenericKubernetesResource.class);
  }

  private static String withoutVersion(String text) {
    return text.replace(", \"resourceVersion\": \"7\"", "").replaceAll(", *\"uid\": \"\\d+\"", "");
  }
}
