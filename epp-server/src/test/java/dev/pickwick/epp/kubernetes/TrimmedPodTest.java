package dev.pickwick.epp.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrimmedPodTest {

  private static GenericKubernetesResource object(String yaml) {
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }

  @Test
  void of_pod_keepsNamedFactsOnly() {
    var pod =
        object(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: a
              namespace: inference
              labels: {app: llama}
              annotations:
                inference.networking.k8s.io/active-ports: "8000"
                other: left out
              deletionTimestamp: "2026-01-01T00:00:00Z"
            spec: {containers: [{name: vllm}]}
            status:
              podIP: 10.0.0.1
              conditions:
              - {type: ContainersReady, status: "False"}
              - {type: Ready, status: "True"}
            """);
    assertThat(TrimmedPod.of(pod))
        .isEqualTo(new TrimmedPod("a", Map.of("app", "llama"), "8000", "10.0.0.1", true, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{conditions: []}",
        "{conditions: [{type: Ready, status: Unknown}]}",
        "{conditions: [{type: Ready, status: \"False\"}]}",
        "{conditions: [{type: Ready}]}",
        "{conditions: [Ready, [], 7, {type: [], status: \"True\"}]}",
        "{conditions: {type: Ready, status: \"True\"}, podIP: 7}",
        "[]",
      })
  void of_statusWithoutReadyTrue_isNotReady(String status) {
    var pod = TrimmedPod.of(object("kind: Pod\nmetadata: {name: a}\nstatus: " + status));
    assertThat(pod.ready()).isFalse();
    assertThat(pod.ip()).isEmpty();
  }

  @Test
  void poolSpec_ofPool_isSelectorAndPortsInOrder() {
    var pool =
        object(
            """
            apiVersion: inference.networking.k8s.io/v1
            kind: InferencePool
            metadata: {name: llama}
            spec:
              selector: {matchLabels: {app: llama, role: decode}}
              targetPorts: [{number: 8001}, {number: 8000}]
            """);
    assertThat(PoolSpec.of(pool))
        .contains(new PoolSpec(Map.of("app", "llama", "role", "decode"), List.of(8001, 8000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{selector: {matchLabels: {}}, targetPorts: [{number: 8000}]}",
        "{selector: {app: llama}, targetPorts: [{number: 8000}]}",
        "{selector: {matchLabels: {app: llama}}}",
        "{selector: {matchLabels: {app: llama}}, targetPorts: [8000, {number: 0}, {number: x}]}",
      })
  void poolSpec_ofUnusablePool_isEmpty(String spec) {
    assertThat(PoolSpec.of(object("kind: InferencePool\nmetadata: {name: a}\nspec: " + spec)))
        .isEmpty();
  }
}
