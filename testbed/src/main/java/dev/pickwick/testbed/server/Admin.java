package dev.pickwick.testbed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that change a fake model server while it runs.
 *
 * <p>{@code POST /admin/faults {"target":"metrics","kind":"delay","amount":500}} sets a fault, an
 * empty object clears all. {@code POST /admin/state {"running-requests":3,"waiting-requests":
 * "ramp:10:0:5s","kv-cache-usage":0.3,"loras":[{"running":"a,b","waiting":""}]}} forces numbers, an
 * empty object lets the measured ones show again.
 */
final class Admin {

  /** Something that answers with JSON. */
  @FunctionalInterface
  interface Action {
    JsonNode run() throws IOException;
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private Admin() {}

  static JsonNode faults(ModelServer server, byte[] body) throws IOException {
    JsonNode root = JSON.readTree(body);
    if (root.isEmpty()) {
      server.clearFaults();
      return ok();
    }
    var target = Fault.Target.valueOf(constant(root.path("target").asText("metrics")));
    var kind = Fault.Kind.valueOf(constant(root.path("kind").asText()));
    server.fault(
        target, new Fault(kind, root.path("amount").asLong(kind == Fault.Kind.STATUS ? 500 : 0)));
    return ok();
  }

  static JsonNode state(ModelServer server, byte[] body) throws IOException {
    JsonNode root = JSON.readTree(body);
    server.force(
        root.isEmpty()
            ? null
            : new ForcedState(
                wave(root.path("running-requests")),
                wave(root.path("waiting-requests")),
                wave(root.path("kv-cache-usage")),
                loras(root.path("loras"))));
    return ok();
  }

  private static ObjectNode ok() {
    return JSON.createObjectNode().put("status", "ok");
  }

  private static String constant(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static @Nullable Wave wave(JsonNode value) {
    return value.isMissingNode() ? null : Wave.parse(value.asText());
  }

  private static @Nullable List<LoraState> loras(JsonNode list) {
    if (list.isMissingNode()) {
      return null;
    }
    var combinations = new ArrayList<LoraState>();
    list.forEach(
        each ->
            combinations.add(
                new LoraState(
                    names(each.path("running").asText()), names(each.path("waiting").asText()))));
    return combinations;
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).filter(n -> !n.isEmpty()).toList();
  }
}
