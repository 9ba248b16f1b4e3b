package dev.pickwick.epp.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watch against the client library's own mock, which keeps objects but checks nothing. */
@EnableKubernetesMockClient(crud = true)
@NullUnmarked // the extension fills the fields
class MockApiServerTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  KubernetesMockServer server;
  KubernetesClient client;

  private final EndpointStore store = new EndpointStore(System::nanoTime);
  private KubernetesAccess access;
  private PoolWatch watch;
  private PoolNamespace namespace;

  @BeforeEach
  void start() {
    server.expectCustomResource(
        new CustomResourceDefinitionContext.Builder()
            .withGroup("inference.networking.k8s.io")
            .withVersion("v1")
            .withKind("InferencePool")
            .withPlural("inferencepools")
            .withScope("Namespaced")
            .build());
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(client.getConfiguration().getMasterUrl())
            .withTrustCerts(true)
            .withWatchReconnectInterval(50)
            .build();
    access = new KubernetesAccess(config);
    namespace = new PoolNamespace(client, "inference");
    watch =
        new PoolWatch(access, new PoolWatchOptions("inference", "pool", 9100), store, known -> {});
  }

  @AfterEach
  void close() {
    watch.close();
    access.close();
  }

  private void createPod(String name, String ready) {
    client
        .pods()
        .inNamespace("inference")
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "llama")
                .endMetadata()
                .withNewStatus()
                .withPodIP("10.0.0.1")
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .endStatus()
                .build())
        .create();
  }

  private void awaitSize(int size) {
    await().atMost(SOON).until(() -> store.snapshot().size() == size);
  }

  @Test
  void start_poolAndPods_makeEndpointsWithTheMetricsPort() {
    namespace.createPool("llama", "[{number: 8000}]");
    createPod("a", "True");
    createPod("b", "False");
    watch.start();
    awaitSize(1);
    assertThat(store.snapshot().get(0).spec().metricsPort()).isEqualTo(9100);
    assertThat(store.snapshot().get(0).spec().pod()).isEqualTo("a");
  }

  @Test
  void pods_labelsLeaveAndEnterTheSelector_endpointsFollow() {
    namespace.createPool("llama", "[{number: 8000}]");
    createPod("a", "True");
    watch.start();
    awaitSize(1);
    namespace.patchPod("a", "{\"metadata\": {\"labels\": {\"app\": \"other\"}}}");
    awaitSize(0);
    namespace.patchPod("a", "{\"metadata\": {\"labels\": {\"app\": \"llama\"}}}");
    awaitSize(1);
  }
}
