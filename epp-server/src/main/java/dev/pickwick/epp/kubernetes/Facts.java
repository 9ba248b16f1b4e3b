package dev.pickwick.epp.kubernetes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed looks at the untyped tree of an object; what has another type counts as absent. */
final class Facts {

  private Facts() {}

  static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }

  /** The entries of a map whose keys and values are texts. */
  static Map<String, String> texts(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Map.of();
    }
    Map<String, String> texts = HashMap.newHashMap(map.size());
    map.forEach(
        (key, entry) -> {
          if (key instanceof String name && entry instanceof String text) {
            texts.put(name, text);
          }
        });
    return Map.copyOf(texts);
  }
}
