package dev.pickwick.epp.endpointsfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsDocumentTest {

  private static List<EndpointSpec> endpoints(String yaml) {
    return assertThat(EndpointsDocument.read(yaml, 0))
        .asInstanceOf(type(EndpointsReading.Valid.class))
        .actual()
        .endpoints();
  }

  private static List<String> problems(String yaml) {
    return assertThat(EndpointsDocument.read(yaml, 0))
        .asInstanceOf(type(EndpointsReading.Invalid.class))
        .actual()
        .problems();
  }

  @Test
  void read_allKeys_makesEndpoint() {
    assertThat(
            endpoints(
                """
                endpoints:
                - name: pod-1
                  address: 127.0.1.1
                  port: 8000
                  metricsPort: 9100
                  labels: {role: decode, "n": "1"}
                """))
        .containsExactly(
            new EndpointSpec(
                new EndpointId("default", "pod-1"),
                "pod-1",
                "127.0.1.1",
                8000,
                9100,
                Map.of("role", "decode", "n", "1")));
  }

  @Test
  void read_withoutOptionalKeys_usesPortAndNoLabels() {
    var endpoint = endpoints("endpoints: [{name: a, address: fd00::1, port: 8000}]").getFirst();
    assertThat(endpoint.metricsPort()).isEqualTo(8000);
    assertThat(endpoint.labels()).isEmpty();
    assertThat(endpoint.destination()).isEqualTo("[fd00::1]:8000");
  }

  @Test
  void read_ipv6InCapitals_isTheSameAddress() {
    var endpoint =
        endpoints("endpoints: [{name: a, address: 'FD00:0:0::A', port: 8000}]").getFirst();

    assertThat(endpoint.address()).isEqualTo("fd00::a");
    assertThat(endpoint.destination()).isEqualTo("[fd00::a]:8000");
  }

  @Test
  void read_defaultMetricsPort_yieldsToTheFile() {
    var yaml =
        """
        endpoints:
        - {name: a, address: 10.0.0.1, port: 8000}
        - {name: b, address: 10.0.0.2, port: 8000, metricsPort: 8001}
        """;
    assertThat(EndpointsDocument.read(yaml, 9100))
        .asInstanceOf(type(EndpointsReading.Valid.class))
        .satisfies(
            valid ->
                assertThat(valid.endpoints())
                    .extracting(EndpointSpec::metricsPort)
                    .containsExactly(9100, 8001));
  }

  @Test
  void read_emptyList_isValid() {
    assertThat(endpoints("endpoints: []")).isEmpty();
  }

  @Test
  void read_manyMistakes_reportsAllWithTheirPaths() {
    assertThat(
            problems(
                """
                pool: llama
                endpoints:
                - {name: pod-1, address: 127.0.1.1, port: 8000}
                - {name: pod-1, address: example.com, port: 0, weight: 3}
                - {name: "a b", address: 127.1, port: "8000", metricsPort: 70000, labels: {n: 1}}
                - {port: 8000.5, labels: [a]}
                - pod-5
                """))
        .containsExactly(
            "pool: unknown key (expected: endpoints)",
            "endpoints[1].weight: unknown key (expected: address, labels, metricsPort, name, port)",
            "endpoints[1].name: \"pod-1\" (expected: a name that endpoints[0] does not have)",
            "endpoints[1].address: \"example.com\" (expected: an IPv4 or IPv6 address without"
                + " brackets)",
            "endpoints[1].port: 0 (expected: 1 to 65535)",
            "endpoints[2].name: \"a b\" (expected: a text of letters, digits, '-', '_' and '.', at"
                + " most 253 of them)",
            "endpoints[2].address: 127.1 (expected: an IPv4 or IPv6 address without brackets)",
            "endpoints[2].port: \"8000\" (expected: 1 to 65535)",
            "endpoints[2].metricsPort: 70000 (expected: 1 to 65535)",
            "endpoints[2].labels.n: 1 (expected: a text; quote it)",
            "endpoints[3].name: missing (expected: a text of letters, digits, '-', '_' and '.', at"
                + " most 253 of them)",
            "endpoints[3].address: missing (expected: an IPv4 or IPv6 address without brackets)",
            "endpoints[3].port: 8000.5 (expected: 1 to 65535)",
            "endpoints[3].labels: [\"a\"] (expected: a map of texts)",
            "endpoints[4]: \"pod-5\" (expected: a map with name, address and port)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "---",
        "null",
        "[]",
        "text",
        "endpoints",
        "endpoints:",
        "endpoints: {name: a}",
        "{}",
        "# nothing but a comment",
      })
  void read_noListOfEndpoints_isOneProblem(String yaml) {
    assertThat(problems(yaml)).hasSize(1).first().asString().contains("(expected: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "endpoints: [",
        "endpoints: []\nendpoints: []",
        "endpoints: [{name: a, name: b}]",
        "endpoints: []\n---\nendpoints: []",
        "\u0000",
        "endpoints:\n\t- name: a",
        "endpoints: !!java.net.URL [\"http://127.0.0.1\"]\n: :",
      })
  void read_noSingleYamlDocument_saysWhere(String yaml) {
    assertThat(problems(yaml))
        .hasSize(1)
        .first()
        .asString()
        .contains("expected: one YAML document");
  }

  @Test
  void read_deepNesting_isAProblem() {
    assertThat(problems("endpoints: " + "[".repeat(100_000))).hasSize(1);
  }

  @Test
  void read_aliasesOfAliases_doNotGrow() {
    assertThat(
            problems(
                """
                a: &a [x, x, x, x, x, x, x, x, x]
                b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
                c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
                endpoints: *c
                """))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "255.255.255.255, true",
    "::1, true",
    "fd00::1:2, true",
    "::ffff:10.0.0.1, true",
    "'', false",
    "256.0.0.1, false",
    "127.1, false",
    "1, false",
    "0x7f.0.0.1, false",
    "127.0.0.01, false",
    "127.0.0.1., false",
    "127.0.0.1.1, false",
    "0.0.0.0, false",
    "::, false",
    "':', false",
    "1:2, false",
    "fe80::1%eth0, false",
    "[::1], false",
    "localhost, false",
    "127.0.0.1:8000, false",
    "١٢٧.0.0.1, false",
  })
  void isIpAddress_onlyPlainLiterals(String text, boolean expected) {
    assertThat(EndpointsDocument.isIpAddress(text)).isEqualTo(expected);
  }
}
