package dev.pickwick.testbed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of a command line, as {@code --name value} or {@code --name=value}. */
public final class Arguments {

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Arguments() {}

  /**
   * Reads a command line.
   *
   * @param valued names that take a value, each possibly several times
   * @param switches names that take none
   * @throws IllegalArgumentException naming the argument that is unknown or lacks its value
   */
  public static Arguments parse(String[] line, Set<String> valued, Set<String> switches) {
    var arguments = new Arguments();
    for (int i = 0; i < line.length; i++) {
      if (!line[i].startsWith("--")) {
        throw new IllegalArgumentException("\"" + line[i] + "\" (expected: an option, --name)");
      }
      int equals = line[i].indexOf('=');
      String name = equals < 0 ? line[i].substring(2) : line[i].substring(2, equals);
      if (switches.contains(name)) {
        if (equals >= 0) {
          throw new IllegalArgumentException("--" + name + " takes no value");
        }
        arguments.add(name, "true");
      } else if (valued.contains(name)) {
        if (equals < 0 && i + 1 == line.length) {
          throw new IllegalArgumentException("--" + name + " (expected: a value)");
        }
        arguments.add(name, equals < 0 ? line[++i] : line[i].substring(equals + 1));
      } else {
        throw new IllegalArgumentException("unknown option --" + name);
      }
    }
    return arguments;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** All values of an option in their order. */
  public List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  /** The last value of an option, or null. */
  public @Nullable String text(String name) {
    List<String> given = values.get(name);
    return given == null ? null : given.getLast();
  }

  public String text(String name, String otherwise) {
    String given = text(name);
    return given == null ? otherwise : given;
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException when the value is none
   */
  public int number(String name, int otherwise) {
    String given = text(name);
    try {
      return given == null ? otherwise : Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--" + name + ": \"" + given + "\" (expected: a whole number)", e);
    }
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException when the value is none
   */
  public double fraction(String name, double otherwise) {
    String given = text(name);
    try {
      return given == null ? otherwise : Double.parseDouble(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--" + name + ": \"" + given + "\" (expected: a number)", e);
    }
  }

  private void add(String name, String value) {
    values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }
}
