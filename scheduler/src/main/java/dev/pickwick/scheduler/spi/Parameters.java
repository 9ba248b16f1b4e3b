package dev.pickwick.scheduler.spi;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one plugin, read as the reference reads them: names without regard to case,
 * unknown ones ignored, an explicit null the same as none. Values of the wrong type or range become
 * {@link #problems()}.
 */
public final class Parameters {

  private final String path;
  private final Map<String, ? extends @Nullable Object> values;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * Reads from a JSON-like map: strings, numbers, booleans, lists and maps.
   *
   * @param path where the map stands in the configuration, for problems
   */
  public Parameters(String path, Map<String, ? extends @Nullable Object> values) {
    this.path = path;
    this.values = values;
  }

  /** No parameters at all. */
  public static Parameters none() {
    return new Parameters("parameters", Map.of());
  }

  /** Whether a value other than null was given. */
  public boolean has(String name) {
    return value(name) != null;
  }

  /** A whole number that fits an {@code int}. */
  public int integer(String name, int fallback) {
    Object value = value(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).intValue();
    }
    if (value instanceof Long || value instanceof BigInteger) {
      problem(name, value + " (expected: an integer of at most 32 bits)");
      return fallback;
    }
    problem(name, described(value) + " (expected: an integer)");
    return fallback;
  }

  /** A number. */
  public double number(String name, double fallback) {
    Object value = value(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Number number) {
      double asDouble = number.doubleValue();
      if (Double.isFinite(asDouble)) {
        return asDouble;
      }
    }
    problem(name, described(value) + " (expected: a number)");
    return fallback;
  }

  /** True or false. */
  public boolean bool(String name, boolean fallback) {
    Object value = value(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean bool) {
      return bool;
    }
    problem(name, described(value) + " (expected: true or false)");
    return fallback;
  }

  /** A piece of text. */
  public String text(String name, String fallback) {
    Object value = value(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof String text) {
      return text;
    }
    problem(name, described(value) + " (expected: text)");
    return fallback;
  }

  /** Notes that a parameter is wrong: what was found and what was expected. */
  public void problem(String name, String message) {
    problems.add(new Problem(path + "." + name, message));
  }

  /** What was found wrong so far, in the order it was read. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  private @Nullable Object value(String name) {
    Object exact = values.get(name);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, ? extends @Nullable Object> entry : values.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private static String described(Object value) {
    return switch (value) {
      case String text -> "\"" + text + "\"";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a map";
      default -> value.toString();
    };
  }
}
