package dev.pickwick.epp.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pickwick.scheduler.spi.Problem;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Sorts problems as a person comes across them in the document; what is missing stands where the
 * mapping begins that it is missing from.
 */
final class ReadingOrder implements Comparator<Problem> {
  private final Map<String, Integer> positions = new HashMap<>();

  ReadingOrder(JsonNode root) {
    visit("", root);
  }

  @Override
  public int compare(Problem a, Problem b) {
    return Integer.compare(position(a.path()), position(b.path()));
  }

  private void visit(String path, JsonNode node) {
    positions.putIfAbsent(path, positions.size());
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      visit(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      visit(path + "[" + i + "]", node.get(i));
    }
  }

  /** The position of the path itself, else of the nearest part of the document around it. */
  private int position(String path) {
    String known = path;
    while (!known.isEmpty() && !positions.containsKey(known)) {
      known =
          known.substring(0, Math.max(0, Math.max(known.lastIndexOf('.'), known.lastIndexOf('['))));
    }
    return positions.getOrDefault(known, 0);
  }
}
