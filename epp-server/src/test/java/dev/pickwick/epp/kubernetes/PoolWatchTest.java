package dev.pickwick.epp.kubernetes;

import static dev.pickwick.epp.kubernetes.FakeApiServer.pod;
import static dev.pickwick.epp.kubernetes.FakeApiServer.pool;
import static dev.pickwick.epp.kubernetes.FakeApiServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a watch makes of an API server that refuses, breaks off and forgets. */
class PoolWatchTest {

  private final FakeApiServer server = new FakeApiServer();
  private final LogLines lines = new LogLines();
  private final KubernetesAccess access = new KubernetesAccess(server.config());
  private final EndpointStore store = new EndpointStore(System::nanoTime);
  private final List<Boolean> told = new CopyOnWriteArrayList<>();
  private final PoolWatch watch =
      new PoolWatch(
          access,
          new PoolWatchOptions("inference", "pool", 0),
          store,
          told::add,
          Duration.ofMillis(50));

  @AfterEach
  void close() {
    watch.close();
    access.close();
    server.close();
    lines.close();
  }

  private SortedSet<String> pods() {
    var snapshot = store.snapshot();
    var pods = new TreeSet<String>();
    for (int i = 0; i < snapshot.size(); i++) {
      pods.add(snapshot.get(i).spec().pod());
    }
    return pods;
  }

  private void awaitPods(String... expected) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(pods()).containsExactly(expected));
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(condition);
  }

  private void startWith(String... pods) {
    server.pools().holds(pool("llama", 1));
    server.pods().holds(pods);
    watch.start();
    until(() -> server.pools().watchesBegun() > 0 && server.pods().watchesBegun() > 0);
  }

  @Test
  void start_lists_letTheServerSelect() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    assertThat(server.pools().lists())
        .allSatisfy(query -> assertThat(query).contains("fieldSelector=metadata.name=pool"));
    assertThat(server.pods().lists())
        .allSatisfy(query -> assertThat(query).contains("labelSelector=app=llama"));
  }

  @ParameterizedTest
  @CsvSource({
    "401, a token or certificate that the API server accepts",
    "403, 'a role that may get, list and watch inferencepools.inference.networking.k8s.io in"
        + " namespace inference'",
    "404, is its CRD installed?",
    "500, an API server that answers",
  })
  void start_poolsRefused_saysSoOnceAndTriesAgain(int status, String expected) {
    for (int i = 0; i < 3; i++) {
      server.pools().refuse(status);
    }
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    assertThat(server.pools().lists()).hasSize(4);
    assertThat(lines.containing("cannot be watched"))
        .singleElement()
        .asString()
        .startsWith("WARNING InferencePool inference/pool: ")
        .contains(status + " no " + status)
        .contains(expected);
    assertThat(lines.containing("INFO InferencePool inference/pool: watched again")).hasSize(1);
  }

  @Test
  void start_podsForbidden_poolIsNotKnownUntilTheyAreListed() {
    server.pods().refuse(403);
    server.pods().refuse(403);
    server.pools().holds(pool("llama", 1));
    server.pods().holds(pod("a", "llama", 2));
    watch.start();
    until(() -> lines.tell("a role that may get, list and watch pods in namespace inference"));
    awaitPods("a");
    until(watch::isPoolKnown);
  }

  @Test
  void start_reasonChanges_isToldAnew() {
    server.pools().refuse(404);
    server.pools().refuse(404);
    server.pools().refuse(403);
    startWith();
    assertThat(lines.containing("cannot be watched")).hasSize(2);
  }

  @Test
  void start_serverNotThere_isUnavailable() {
    server.close();
    watch.start();
    until(() -> lines.tell("ConnectException (expected: an API server that answers"));
    assertThat(watch.isPoolKnown()).isFalse();
  }

  @Test
  void watch_endedByTheServer_isBegunAgainAndGoesOn() {
    startWith(pod("a", "llama", 2));
    for (int i = 1; i <= 3; i++) {
      int begun = server.pods().watchesBegun();
      server.pods().endWatch();
      until(() -> server.pods().watchesBegun() > begun);
      server.pods().tell("ADDED", pod("b" + i, "llama", 10 + i));
      String newest = "b" + i;
      until(() -> pods().contains(newest));
    }
    awaitPods("a", "b1", "b2", "b3");
  }

  @Test
  void watch_versionGone_listsAgain() {
    startWith(pod("a", "llama", 2), pod("b", "llama", 3));
    awaitPods("a", "b");
    server.pods().holds(pod("b", "llama", 3), pod("c", "llama", 8));
    server.pods().tell("ERROR", status(410));
    awaitPods("b", "c");
  }

  @Test
  void watch_versionGoneAndListRefused_keepsTheLastSetUntilListed() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    long version = store.snapshot().version();
    server.pods().holds(pod("c", "llama", 8));
    server.pods().refuse(500);
    server.pods().refuse(403);
    server.pods().tell("ERROR", status(410));
    until(() -> lines.tell("a role that may get, list and watch pods"));
    assertThat(pods()).containsExactly("a");
    assertThat(store.snapshot().version()).isEqualTo(version);
    awaitPods("c");
  }

  @Test
  void watch_poolVersionGoneWhilePoolWasDeleted_clearsTheEndpoints() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    until(watch::isPoolKnown);
    server.pools().holds();
    server.pools().tell("ERROR", status(410));
    awaitPods();
    until(() -> !watch.isPoolKnown());
  }

  @Test
  void watch_rubbishOnTheWire_isSurvived() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server.pods().holds(pod("a", "llama", 2), pod("b", "llama", 9));
    server.pods().tell("NOISE", "{\"kind\": 7}");
    awaitPods("a", "b");
  }

  @Test
  void pool_newSelectorWhosePodsAreRefused_oldPodsStayUntilTheNewAreListed() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server.pods().refuse(403);
    server.pods().refuse(403);
    server.pods().holds(pod("z", "mistral", 5));
    server.pools().tell("MODIFIED", pool("mistral", 9));
    until(() -> lines.tell("WARNING pods {app=mistral}"));
    assertThat(watch.isPoolKnown()).isTrue();
    awaitPods("z");
  }

  @Test
  void pool_specThatCannotBeUsed_leavesTheOneBefore() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server.pools().tell("MODIFIED", pool("llama", 9).replace("{\"app\": \"llama\"}", "{}"));
    until(() -> lines.tell("spec cannot be used"));
    assertThat(pods()).containsExactly("a");
  }

  @Test
  void pool_deletionBegun_countsAsDeleted() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server
        .pools()
        .tell(
            "MODIFIED",
            pool("llama", 9)
                .replace("\"name\"", "\"deletionTimestamp\": \"2026-01-01T00:00:00Z\", \"name\""));
    awaitPods();
    until(() -> !watch.isPoolKnown());
  }

  @Test
  void listener_poolGoesAndComesBack_hearsEachChangeOnce() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server.pools().tell("DELETED", pool("llama", 8));
    awaitPods();
    server.pools().tell("ADDED", pool("llama", 9));
    awaitPods("a");
    until(() -> told.size() == 3);
    assertThat(told).containsExactly(true, false, true);
  }

  @Test
  void watch_thatNeverAnswers_isReplacedAndLosesNothing() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server.pods().hangNextWatch();
    server.pods().endWatch();
    server.pods().holds(pod("b", "llama", 9));
    until(() -> lines.tell("WARNING pods {app=llama} in namespace inference: the watch at"));
    assertThat(pods()).containsExactly("a");
    awaitPods("b");
    until(() -> lines.tell("INFO pods {app=llama} in namespace inference: watched again"));
  }

  @Test
  void watch_ofThePoolThatNeverAnswers_isReplacedAndLosesNothing() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    server.pools().hangNextWatch();
    server.pools().endWatch();
    server.pools().holds();
    awaitPods();
    until(() -> told.equals(List.of(true, false)));
  }

  @Test
  void close_thenChanges_areNotFollowed() {
    startWith(pod("a", "llama", 2));
    awaitPods("a");
    watch.close();
    server.pods().holds(pod("b", "llama", 9));
    var other = new EndpointStore(System::nanoTime);
    try (var second =
        new PoolWatch(access, new PoolWatchOptions("inference", "pool", 0), other, known -> {})) {
      second.start();
      until(() -> other.snapshot().size() == 1);
    }
    assertThat(pods()).containsExactly("a");
  }

  @Test
  void kubeconfig_missingFile_isRefused() {
    assertThatThrownBy(() -> KubernetesAccess.checkKubeconfig("/nowhere/a:/nowhere/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("KUBECONFIG: /nowhere/a:/nowhere/b (expected: a file that exists)");
    KubernetesAccess.checkKubeconfig(null);
    KubernetesAccess.checkKubeconfig("");
  }
}
