package dev.pickwick.testbed.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Header fields in the order they came; names are compared without case. Not safe for threads. */
public final class Fields implements Iterable<Field> {

  private final List<Field> list = new ArrayList<>();

  public Fields() {}

  /** A copy of other fields. */
  public Fields(Iterable<Field> other) {
    other.forEach(list::add);
  }

  /** Fields from alternating names and values. */
  public static Fields of(String... namesAndValues) {
    var fields = new Fields();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  public Fields add(String name, String value) {
    list.add(new Field(name, value));
    return this;
  }

  /** Replaces the first field of that name in its place and drops the others, or adds it last. */
  public Fields set(String name, String value) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).is(name)) {
        list.set(i, new Field(list.get(i).name(), value));
        var tail = list.subList(i + 1, list.size());
        tail.removeIf(field -> field.is(name));
        return this;
      }
    }
    return add(name, value);
  }

  public Fields remove(String name) {
    list.removeIf(field -> field.is(name));
    return this;
  }

  /**
   * Removes all fields of that name and moves the last field into the first gap, as the header map
   * of Rust's {@code http} crate does; agentgateway's order of headers comes from that.
   */
  public Fields swapRemove(String name) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).is(name)) {
        var last = list.removeLast();
        if (i < list.size()) {
          list.set(i, last);
        }
        i--;
      }
    }
    return this;
  }

  public @Nullable String first(String name) {
    for (Field field : list) {
      if (field.is(name)) {
        return field.value();
      }
    }
    return null;
  }

  public boolean has(String name) {
    return first(name) != null;
  }

  /** Whether a comma-separated field of that name lists the token; case does not matter. */
  public boolean lists(String name, String token) {
    for (Field field : list) {
      if (field.is(name)) {
        for (String part : field.value().split(",", -1)) {
          if (part.strip().toLowerCase(Locale.ROOT).equals(token)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  public Stream<Field> stream() {
    return list.stream();
  }

  @Override
  public Iterator<Field> iterator() {
    return list.iterator();
  }

  @Override
  public String toString() {
    return list.toString();
  }
}
