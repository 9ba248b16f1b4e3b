package dev.pickwick.epp.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PodEndpointsTest {

  private static final Map<String, String> LABELS = Map.of("app", "llama", "role", "decode");
  private static final PoolSpec POOL = pool(8000);

  private static PoolSpec pool(Integer... ports) {
    return new PoolSpec(Map.of("app", "llama"), List.of(ports));
  }

  private static TrimmedPod pod(String name, String ip) {
    return new TrimmedPod(name, LABELS, null, ip, true, false);
  }

  private static List<String> destinations(PoolSpec pool, TrimmedPod... pods) {
    return PodEndpoints.of("inference", pool, List.of(pods), 0).stream()
        .map(spec -> spec.id().name() + " " + spec.destination())
        .toList();
  }

  @Test
  void of_readyPod_isOneEndpointWithItsFacts() {
    assertThat(PodEndpoints.of("inference", POOL, List.of(pod("a", "10.0.0.1")), 0))
        .containsExactly(
            new EndpointSpec(
                new EndpointId("inference", "a-rank-0"), "a", "10.0.0.1", 8000, 8000, LABELS));
  }

  @Test
  void of_severalTargetPorts_areRanksInThePoolsOrder() {
    assertThat(destinations(pool(8002, 8000), pod("a", "10.0.0.1"), pod("b", "fd00::1")))
        .containsExactly(
            "a-rank-0 10.0.0.1:8002",
            "a-rank-1 10.0.0.1:8000",
            "b-rank-0 [fd00::1]:8002",
            "b-rank-1 [fd00::1]:8000");
  }

  @Test
  void of_podThatNarrowsItsPorts_keepsTheRanksOfThePool() {
    var pod =
        new TrimmedPod("a", LABELS, "8001", "10.0.0.1", /* ready= */ true, /* deleting= */ false);
    assertThat(destinations(pool(8000, 8001, 8002), pod)).containsExactly("a-rank-1 10.0.0.1:8001");
  }

  static Stream<Arguments> podsThatDoNotServe() {
    return Stream.of(
        Arguments.of("not ready", new TrimmedPod("a", LABELS, null, "10.0.0.1", false, false)),
        Arguments.of("deleting", new TrimmedPod("a", LABELS, null, "10.0.0.1", true, true)),
        Arguments.of("no address yet", new TrimmedPod("a", LABELS, null, "", true, false)),
        Arguments.of(
            "another pool's",
            new TrimmedPod("a", Map.of("app", "x"), null, "10.0.0.1", true, false)),
        Arguments.of("no labels", new TrimmedPod("a", Map.of(), null, "10.0.0.1", true, false)),
        Arguments.of("no active port", new TrimmedPod("a", LABELS, "", "10.0.0.1", true, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("podsThatDoNotServe")
  void of_podThatDoesNotServe_isNoEndpoint(String reason, TrimmedPod pod) {
    assertThat(destinations(POOL, pod, pod("b", "10.0.0.2")))
        .as(reason)
        .containsExactly("b-rank-0 10.0.0.2:8000");
  }

  @Test
  void of_selectorOfTwoLabels_demandsBoth() {
    var both = new PoolSpec(Map.of("app", "llama", "role", "prefill"), List.of(8000));
    assertThat(destinations(both, pod("a", "10.0.0.1"))).isEmpty();
  }

  @Test
  void of_metricsPort_countsForPoolsOfOnePortOnly() {
    var pods = List.of(pod("a", "10.0.0.1"));
    assertThat(PodEndpoints.of("inference", POOL, pods, 9100))
        .extracting(EndpointSpec::metricsPort)
        .containsExactly(9100);
    assertThat(PodEndpoints.of("inference", pool(8000, 8001), pods, 9100))
        .extracting(EndpointSpec::metricsPort)
        .containsExactly(8000, 8001);
  }

  @Test
  void of_fewerOrMoreTargetPorts_dropsAndAddsRanks() {
    var pod = pod("a", "10.0.0.1");
    assertThat(destinations(pool(8000, 8001, 8002), pod)).hasSize(3);
    assertThat(destinations(pool(8000), pod)).containsExactly("a-rank-0 10.0.0.1:8000");
    assertThat(destinations(pool(8000, 8001), pod))
        .containsExactly("a-rank-0 10.0.0.1:8000", "a-rank-1 10.0.0.1:8001");
  }

  static Stream<Arguments> activePorts() {
    return Stream.of(
        Arguments.of(null, Set.of(8000, 8001, 8002)),
        Arguments.of("", Set.of()),
        Arguments.of("8000", Set.of(8000)),
        Arguments.of(" 8000 , 8001", Set.of(8000, 8001)),
        Arguments.of("abc", Set.of()),
        Arguments.of("-8000", Set.of()),
        Arguments.of("8000,8000", Set.of(8000)),
        Arguments.of("9000", Set.of()),
        Arguments.of("9000,8002", Set.of(8002)),
        Arguments.of("8000abc", Set.of(8000)),
        Arguments.of("+8000", Set.of(8000)),
        Arguments.of("0,00,8001,", Set.of(8001)),
        Arguments.of(",,,", Set.of()),
        Arguments.of("8000 8001", Set.of(8000)),
        Arguments.of("4294975296", Set.of()),
        Arguments.of("99999999999999999999999999", Set.of()));
  }

  @ParameterizedTest(name = "\"{0}\" -> {1}")
  @MethodSource("activePorts")
  void activePorts_annotation_choosesAmongTheTargetPorts(
      @Nullable String annotation, Set<Integer> expected) {
    assertThat(PodEndpoints.activePorts(annotation, List.of(8000, 8001, 8002))).isEqualTo(expected);
  }
}
