package dev.pickwick.epp.endpointsfile;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of an endpoints file, strictly, and reports all that is wrong with it at once.
 *
 * <pre>{@code
 * endpoints:
 * - name: pod-1            # unique; told to clients as x-inference-pod
 *   address: 127.0.1.1     # an IP address
 *   port: 8000
 *   metricsPort: 8001      # optional; the port itself without it
 *   labels: {role: decode} # optional
 * }</pre>
 */
final class EndpointsDocument {

  private static final String NAMESPACE = "default";
  private static final String PORTS = "1 to 65535";
  private static final Set<String> KEYS = Set.of("endpoints");
  private static final Set<String> ENDPOINT_KEYS =
      Set.of("name", "address", "port", "metricsPort", "labels");

  /** The name becomes a header value and a metric label. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([-_.A-Za-z0-9]{0,251}[A-Za-z0-9])?");

  private static final Pattern OCTETS =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(?!$)|$)){4}");
  private static final Pattern HEXTETS = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private static final ObjectReader YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final int defaultMetricsPort;
  private final List<String> problems = new ArrayList<>();
  private final List<EndpointSpec> endpoints = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();

  private EndpointsDocument(int defaultMetricsPort) {
    this.defaultMetricsPort = defaultMetricsPort;
  }

  /**
   * Reads a document.
   *
   * @param defaultMetricsPort metrics port of endpoints that name none, in [0, 65535]; 0 means the
   *     endpoint's own port
   */
  static EndpointsReading read(String text, int defaultMetricsPort) {
    JsonNode root;
    try {
      root = YAML.readValue(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
      return new EndpointsReading.Invalid(
          List.of(where + firstLine(e.getOriginalMessage()) + " (expected: one YAML document)"));
    }
    var document = new EndpointsDocument(defaultMetricsPort);
    document.root(root);
    return document.problems.isEmpty()
        ? new EndpointsReading.Valid(document.endpoints)
        : new EndpointsReading.Invalid(document.problems);
  }

  private void root(@Nullable JsonNode root) {
    if (root == null || !root.isObject()) {
      problem("document", shown(root), "a map with the key endpoints");
      return;
    }
    unknownKeys("", root, KEYS);
    JsonNode list = root.get("endpoints");
    if (list == null || !list.isArray()) {
      problem("endpoints", shown(list), "a list of endpoints");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      endpoint(i, list.get(i));
    }
  }

  private void endpoint(int index, JsonNode node) {
    String path = "endpoints[" + index + "]";
    if (!node.isObject()) {
      problem(path, shown(node), "a map with name, address and port");
      return;
    }
    int before = problems.size();
    unknownKeys(path + ".", node, ENDPOINT_KEYS);
    String name = name(index, path + ".name", node.get("name"));
    String address = address(path + ".address", node.get("address"));
    int port = port(path + ".port", node.get("port"));
    JsonNode metrics = node.get("metricsPort");
    int metricsPort =
        metrics != null
            ? port(path + ".metricsPort", metrics)
            : defaultMetricsPort != 0 ? defaultMetricsPort : port;
    Map<String, String> labels = labels(path + ".labels", node.get("labels"));
    if (problems.size() == before) {
      endpoints.add(
          new EndpointSpec(
              new EndpointId(NAMESPACE, name), name, address, port, metricsPort, labels));
    }
  }

  private String name(int index, String path, @Nullable JsonNode node) {
    if (node == null || !node.isTextual() || !NAME.matcher(node.textValue()).matches()) {
      problem(
          path, shown(node), "a text of letters, digits, '-', '_' and '.', at most 253 of them");
      return "";
    }
    Integer first = names.putIfAbsent(node.textValue(), index);
    if (first != null) {
      problem(path, shown(node), "a name that endpoints[" + first + "] does not have");
    }
    return node.textValue();
  }

  private String address(String path, @Nullable JsonNode node) {
    if (node == null || !node.isTextual() || !isIpAddress(node.textValue())) {
      problem(path, shown(node), "an IPv4 or IPv6 address without brackets");
      return "";
    }
    return node.textValue();
  }

  /** The JDK alone would take shorthands such as "127.1" too, which gateways do not. */
  static boolean isIpAddress(String text) {
    if (!OCTETS.matcher(text).matches() && !HEXTETS.matcher(text).matches()) {
      return false;
    }
    try {
      return !InetAddress.ofLiteral(text).isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private int port(String path, @Nullable JsonNode node) {
    if (node == null
        || !node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < 1
        || node.intValue() > 65535) {
      problem(path, shown(node), PORTS);
      return 0;
    }
    return node.intValue();
  }

  private Map<String, String> labels(String path, @Nullable JsonNode node) {
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject()) {
      problem(path, shown(node), "a map of texts");
      return Map.of();
    }
    Map<String, String> labels = new HashMap<>();
    for (var label : node.properties()) {
      if (label.getValue().isTextual()) {
        labels.put(label.getKey(), label.getValue().textValue());
      } else {
        problem(path + "." + label.getKey(), shown(label.getValue()), "a text; quote it");
      }
    }
    return labels;
  }

  private void unknownKeys(String prefix, JsonNode node, Set<String> known) {
    for (var entry : node.properties()) {
      if (!known.contains(entry.getKey())) {
        problems.add(
            prefix
                + entry.getKey()
                + ": unknown key (expected: "
                + String.join(", ", known.stream().sorted().toList())
                + ")");
      }
    }
  }

  private void problem(String path, String value, String expected) {
    problems.add(path + ": " + value + " (expected: " + expected + ")");
  }

  private static String shown(@Nullable JsonNode node) {
    if (node == null || node.isMissingNode()) {
      return "missing";
    }
    String text = node.toString();
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("cannot be read");
  }
}
