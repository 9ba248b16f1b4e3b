package dev.pickwick.epp.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.pickwick.scheduler.spi.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the document, read key by key; what is of the wrong type, and every key nobody
 * asked for, becomes a problem with its path.
 */
final class Section {
  private static final Pattern QUANTITY =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?");

  private final String path;
  private final JsonNode node;
  private final List<Problem> problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(String path, JsonNode node, List<Problem> problems) {
    this.path = path;
    this.node = node;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  boolean has(String key) {
    return child(key) != null;
  }

  String text(String key) {
    JsonNode child = child(key);
    if (child == null) {
      return "";
    }
    if (!child.isTextual()) {
      wrongType(key, child, "text");
      return "";
    }
    return child.textValue();
  }

  double number(String key, double fallback) {
    JsonNode child = child(key);
    if (child == null) {
      return fallback;
    }
    if (!child.isNumber() || !Double.isFinite(child.doubleValue())) {
      wrongType(key, child, "a number");
      return fallback;
    }
    return child.doubleValue();
  }

  /** A quantity as Kubernetes writes it, {@code 5}, {@code "1.5G"}, {@code 64Mi}; at least 0. */
  void quantity(String key) {
    JsonNode child = child(key);
    if (child == null) {
      return;
    }
    String text = child.isTextual() || child.isNumber() ? child.asText() : "";
    if (!QUANTITY.matcher(text).matches()) {
      wrongType(key, child, "a quantity, such as 5, 100k or 64Mi");
    } else if (text.startsWith("-")) {
      problem(key, key + " must be non-negative, got " + text);
    }
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    JsonNode list = list(key);
    for (int i = 0; list != null && i < list.size(); i++) {
      if (list.get(i).isTextual()) {
        texts.add(list.get(i).textValue());
      } else {
        wrongType(key + "[" + i + "]", list.get(i), "text");
      }
    }
    return texts;
  }

  List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    JsonNode list = list(key);
    for (int i = 0; list != null && i < list.size(); i++) {
      String item = key + "[" + i + "]";
      if (list.get(i).isObject()) {
        sections.add(new Section(pathOf(item), list.get(i), problems));
      } else {
        wrongType(item, list.get(i), "a map");
      }
    }
    return sections;
  }

  @Nullable Section section(String key) {
    JsonNode child = child(key);
    if (child == null) {
      return null;
    }
    if (!child.isObject()) {
      wrongType(key, child, "a map");
      return null;
    }
    return new Section(pathOf(key), child, problems);
  }

  /** A mapping whose content is another's business; absent: null. */
  @Nullable JsonNode opaque(String key) {
    JsonNode child = child(key);
    if (child != null && !child.isObject()) {
      wrongType(key, child, "a map");
      return null;
    }
    return child;
  }

  void problem(String key, String message) {
    problems.add(new Problem(pathOf(key), message));
  }

  /** Ends the reading: every key that was not asked for is a problem. */
  void end() {
    for (String key : (Iterable<String>) node::fieldNames) {
      if (!known.contains(key)) {
        problem(key, "unknown field (expected: one of " + String.join(", ", known) + ")");
      }
    }
  }

  private @Nullable JsonNode list(String key) {
    JsonNode child = child(key);
    if (child != null && !child.isArray()) {
      wrongType(key, child, "a list");
      return null;
    }
    return child;
  }

  private @Nullable JsonNode child(String key) {
    known.add(key);
    JsonNode child = node.get(key);
    return child == null || child.isNull() ? null : child;
  }

  private void wrongType(String key, JsonNode found, String expected) {
    problem(key, describe(found) + " (expected: " + expected + ")");
  }

  private static String describe(JsonNode node) {
    if (node.getNodeType() == JsonNodeType.ARRAY) {
      return "a list";
    }
    if (node.getNodeType() == JsonNodeType.OBJECT) {
      return "a map";
    }
    return node.isTextual() ? "\"" + node.textValue() + "\"" : node.toString();
  }
}
