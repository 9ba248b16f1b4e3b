package dev.pickwick.epp.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointListener;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a watch makes of all that happens to a pool, on a real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ApiServerScenarios {

  private static final Duration SOON = Duration.ofMinutes(1);
  private static final int FOREIGN_PODS = 10_000;
  private static final long FIVE_MIB = 5 << 20;

  /** Starts the cluster, or aborts with the reason why there is none. */
  abstract Cluster start();

  private @Nullable Cluster cluster;
  private @Nullable KubernetesAccess access;
  private final AtomicInteger namespaces = new AtomicInteger();

  private final List<AutoCloseable> opened = new ArrayList<>();
  private EndpointStore store = new EndpointStore(System::nanoTime);

  @BeforeAll
  void startCluster() {
    cluster = start();
    access = new KubernetesAccess(cluster.config());
    createCrd(client());
  }

  @AfterAll
  void stopCluster() {
    if (access != null) {
      access.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void freshStore() {
    store = new EndpointStore(System::nanoTime);
  }

  @AfterEach
  void closeOpened() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    opened.clear();
  }

  private Cluster cluster() {
    return Objects.requireNonNull(cluster);
  }

  private KubernetesClient client() {
    return Objects.requireNonNull(access).client();
  }

  private static void createCrd(KubernetesClient client) {
    try (InputStream yaml =
        Objects.requireNonNull(
            ApiServerScenarios.class.getResourceAsStream("/crds/inferencepools.yaml"))) {
      client.resource(new String(yaml.readAllBytes(), StandardCharsets.UTF_8)).create();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(SOON)
        .ignoreException(KubernetesClientException.class)
        .until(
            () ->
                client
                    .genericKubernetesResources(PoolNamespace.POOLS)
                    .inNamespace("default")
                    .list()
                    .getItems()
                    .isEmpty());
  }

  private PoolNamespace newNamespace() {
    String name = "test-" + namespaces.incrementAndGet();
    client()
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return new PoolNamespace(client(), name);
  }

  private PoolWatch watch(PoolNamespace namespace) {
    return watch(namespace, store);
  }

  private PoolWatch watch(PoolNamespace namespace, EndpointStore store) {
    var own = new KubernetesAccess(cluster().config());
    opened.add(own);
    var watch =
        new PoolWatch(own, new PoolWatchOptions(namespace.name(), "pool", 0), store, known -> {});
    opened.add(watch);
    watch.start();
    return watch;
  }

  private LogLines logLines() {
    var lines = new LogLines();
    opened.add(lines);
    return lines;
  }

  private static SortedSet<String> endpoints(EndpointStore store) {
    var snapshot = store.snapshot();
    var found = new TreeSet<String>();
    for (int i = 0; i < snapshot.size(); i++) {
      found.add(snapshot.get(i).id().name() + " " + snapshot.get(i).destination());
    }
    return found;
  }

  private void awaitEndpoints(String... expected) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(endpoints(store)).containsExactly(expected));
  }

  private static void awaitKnown(PoolWatch watch, boolean known) {
    await().atMost(SOON).until(() -> watch.isPoolKnown() == known);
  }

  @Test
  void pods_comeAndGo_endpointsFollow() {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}]");
    var watch = watch(namespace);
    awaitKnown(watch, true);
    assertThat(endpoints(store)).isEmpty();

    namespace.createReadyPod("a", "llama", "10.0.0.1");
    namespace.createReadyPod("b", "llama", "10.0.0.2");
    namespace.createReadyPod("foreign", "other", "10.0.0.3");
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "b-rank-0 10.0.0.2:8000");

    namespace.deletePod("a");
    awaitEndpoints("b-rank-0 10.0.0.2:8000");
    namespace.createReadyPod("a", "llama", "10.0.0.4");
    awaitEndpoints("a-rank-0 10.0.0.4:8000", "b-rank-0 10.0.0.2:8000");
  }

  @Test
  void pod_changes_endpointsFollow() {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}, {number: 8001}]");
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    namespace.createPod("b", "llama");
    var watch = watch(namespace);
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "a-rank-1 10.0.0.1:8001");
    Endpoint first = store.snapshot().get(0);

    namespace.setReady("a", "False");
    awaitEndpoints();
    assertThat(watch.isPoolKnown()).isTrue();
    namespace.setReady("a", "True");
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "a-rank-1 10.0.0.1:8001");

    namespace.patchPod(
        "a",
        """
        {"metadata": {"annotations": {"inference.networking.k8s.io/active-ports": "8001"},
                      "labels": {"role": "decode"}}}
        """);
    awaitEndpoints("a-rank-1 10.0.0.1:8001");
    assertThat(store.snapshot().get(0).spec().labels()).containsEntry("role", "decode");
    assertThat(first.id().namespace()).isEqualTo(namespace.name());

    namespace.patchPod("a", "{\"metadata\": {\"labels\": {\"app\": \"other\"}}}");
    awaitEndpoints();
  }

  @Test
  void pod_beginsToBeDeleted_endpointGoesAtOnce() {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}]");
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    namespace.patchPod("a", "{\"metadata\": {\"finalizers\": [\"example.com/hold\"]}}");
    watch(namespace);
    awaitEndpoints("a-rank-0 10.0.0.1:8000");

    namespace.deletePod("a");
    awaitEndpoints();
    namespace.patchPod("a", "{\"metadata\": {\"finalizers\": null}}");
  }

  @Test
  void pool_deletedAndRecreated_endpointsGoAndComeBack() {
    var namespace = newNamespace();
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    var lines = logLines();
    var watch = watch(namespace);
    await().atMost(SOON).until(() -> lines.tell("not found; waiting for it"));
    assertThat(watch.isPoolKnown()).isFalse();

    namespace.createPool("llama", "[{number: 8000}]");
    awaitEndpoints("a-rank-0 10.0.0.1:8000");
    awaitKnown(watch, true);

    namespace.deletePool();
    awaitEndpoints();
    awaitKnown(watch, false);

    namespace.createReadyPod("b", "llama", "10.0.0.2");
    namespace.createPool("llama", "[{number: 8000}]");
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "b-rank-0 10.0.0.2:8000");
    awaitKnown(watch, true);
  }

  @Test
  void pool_changesItsSelector_newPodsReplaceTheOldWithoutAGap() {
    var namespace = newNamespace();
    namespace.createPool("old", "[{number: 8000}]");
    namespace.createReadyPod("a", "old", "10.0.0.1");
    namespace.createReadyPod("b", "new", "10.0.0.2");
    watch(namespace);
    awaitEndpoints("a-rank-0 10.0.0.1:8000");
    var fewest = new AtomicInteger(Integer.MAX_VALUE);
    opened.add(store.onChange(new SmallestSize(fewest)));

    namespace.patchPool(
        """
        {"spec": {"selector": {"matchLabels": {"app": "new"}}, "targetPorts": [{"number": 9000}]}}
        """);
    awaitEndpoints("b-rank-0 10.0.0.2:9000");
    assertThat(fewest).hasValue(1);

    namespace.createReadyPod("c", "old", "10.0.0.3");
    namespace.createReadyPod("d", "new", "10.0.0.4");
    awaitEndpoints("b-rank-0 10.0.0.2:9000", "d-rank-0 10.0.0.4:9000");
  }

  private final class SmallestSize implements EndpointListener {

    private final AtomicInteger fewest;

    SmallestSize(AtomicInteger fewest) {
      this.fewest = fewest;
    }

    @Override
    public void added(Endpoint endpoint) {
      fewest.accumulateAndGet(store.snapshot().size(), Math::min);
    }

    @Override
    public void removed(Endpoint endpoint) {
      fewest.accumulateAndGet(store.snapshot().size(), Math::min);
    }
  }

  @Test
  void pool_changesItsTargetPorts_ranksFollow() {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}]");
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    watch(namespace);
    awaitEndpoints("a-rank-0 10.0.0.1:8000");
    Endpoint first = store.snapshot().get(0);

    namespace.patchPool("{\"spec\": {\"targetPorts\": [{\"number\": 8000}, {\"number\": 8001}]}}");
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "a-rank-1 10.0.0.1:8001");
    namespace.patchPool("{\"spec\": {\"targetPorts\": [{\"number\": 8000}]}}");
    awaitEndpoints("a-rank-0 10.0.0.1:8000");
    assertThat(store.snapshot().get(0)).isSameAs(first);
  }

  @Test
  void apiServer_goesAwayAndComesBack_lastKnownSetStaysAndThenFollows() {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}]");
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    namespace.createReadyPod("b", "llama", "10.0.0.2");
    var lines = logLines();
    var watch = watch(namespace);
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "b-rank-0 10.0.0.2:8000");
    long version = store.snapshot().version();

    for (int round = 1; round <= 2; round++) {
      lines.clear();
      cluster().goAway();
      try {
        await()
            .atMost(SOON)
            .until(() -> lines.tell("WARNING InferencePool") && lines.tell("WARNING pods"));
        assertThat(store.snapshot().version()).isEqualTo(version);
        assertThat(watch.isPoolKnown()).isTrue();
      } finally {
        cluster().comeBack();
      }
      await().atMost(SOON).until(() -> lines.containing("watched again").size() == 2);
      assertThat(store.snapshot().version()).isEqualTo(version);
    }
    namespace.deletePod("a");
    namespace.createReadyPod("c", "llama", "10.0.0.3");
    awaitEndpoints("b-rank-0 10.0.0.2:8000", "c-rank-0 10.0.0.3:8000");
    namespace.patchPool("{\"spec\": {\"targetPorts\": [{\"number\": 8001}]}}");
    awaitEndpoints("b-rank-0 10.0.0.2:8001", "c-rank-0 10.0.0.3:8001");
  }

  @Test
  void apiServer_awayAtTheStart_isTriedAgainUntilItAnswers() {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}]");
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    var lines = logLines();
    cluster().goAway();
    try {
      watch(namespace);
      await().atMost(SOON).until(() -> lines.tell("cannot be watched"));
    } finally {
      cluster().comeBack();
    }
    awaitEndpoints("a-rank-0 10.0.0.1:8000");
  }

  @Test
  void foreignPods_tenThousand_addLessThanFiveMebibytes() throws Exception {
    var namespace = newNamespace();
    namespace.createPool("llama", "[{number: 8000}]");
    namespace.createReadyPod("a", "llama", "10.0.0.1");
    watch(namespace);
    awaitEndpoints("a-rank-0 10.0.0.1:8000");
    long before = liveHeap();

    createForeignPods(namespace);
    namespace.createReadyPod("b", "llama", "10.0.0.2");
    awaitEndpoints("a-rank-0 10.0.0.1:8000", "b-rank-0 10.0.0.2:8000");
    assertThat(liveHeap() - before).as("seen by a watch").isLessThan(FIVE_MIB);

    var another = new EndpointStore(System::nanoTime);
    watch(namespace, another);
    await().atMost(SOON).until(() -> another.snapshot().size() == 2);
    assertThat(liveHeap() - before).as("seen by a list").isLessThan(FIVE_MIB);
  }

  private static void createForeignPods(PoolNamespace namespace) throws Exception {
    var atOnce = new Semaphore(32);
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var created =
          IntStream.range(0, FOREIGN_PODS)
              .mapToObj(
                  i ->
                      workers.submit(
                          () -> {
                            atOnce.acquire();
                            try {
                              namespace.createPod("foreign-" + i, "other");
                            } finally {
                              atOnce.release();
                            }
                            return i;
                          }))
              .toList();
      for (var each : created) {
        each.get();
      }
    }
  }

  /** Bytes in use after full collections, the fewest of eight: as many whenever it is asked. */
  private static long liveHeap() {
    var memory = ManagementFactory.getMemoryMXBean();
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < 8; i++) {
      memory.gc();
      fewest = Math.min(fewest, memory.getHeapMemoryUsage().getUsed());
    }
    return fewest;
  }
}
