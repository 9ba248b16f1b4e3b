package dev.pickwick.epp.body;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON value may be, as far as an API types it. {@code null} is always allowed and means the
 * same as absence; members that no field names may be anything.
 */
public final class Shape {

  /** Any value. */
  public static final Shape ANY = new Shape(EnumSet.allOf(JsonType.class), List.of(), null);

  /** A string. */
  public static final Shape TEXT = new Shape(EnumSet.of(JsonType.STRING), List.of(), null);

  /** A boolean. */
  public static final Shape BOOLEAN =
      new Shape(EnumSet.of(JsonType.TRUE, JsonType.FALSE), List.of(), null);

  /** An array of anything. */
  public static final Shape ARRAY = new Shape(EnumSet.of(JsonType.ARRAY), List.of(), null);

  private final Set<JsonType> types;
  private final List<Field> fields;
  private final @Nullable Shape element;

  private Shape(Set<JsonType> types, List<Field> fields, @Nullable Shape element) {
    this.types = EnumSet.copyOf(types);
    this.types.add(JsonType.NULL);
    this.fields = fields;
    this.element = element;
  }

  /** An object whose members of these names have these shapes. */
  public static Shape object(Field... fields) {
    return new Shape(EnumSet.of(JsonType.OBJECT), List.of(fields), null);
  }

  /** An array with elements of this shape. */
  public static Shape arrayOf(Shape element) {
    return new Shape(EnumSet.of(JsonType.ARRAY), List.of(), element);
  }

  /** A string, or an array with elements of this shape. */
  public static Shape textOrArrayOf(Shape element) {
    return new Shape(EnumSet.of(JsonType.STRING, JsonType.ARRAY), List.of(), element);
  }

  boolean allows(JsonType type) {
    return types.contains(type);
  }

  /** True when what lies inside a container of this type matters too. */
  boolean looksInside(JsonType type) {
    return (type == JsonType.OBJECT && !fields.isEmpty())
        || (type == JsonType.ARRAY && element != null);
  }

  List<Field> fields() {
    return fields;
  }

  @Nullable Shape element() {
    return element;
  }

  /**
   * What a top-level member means to the scanner; every role but {@link #NONE} is held by one field
   * of an API at most.
   */
  public enum Role {
    NONE,
    /** The model's name. */
    MODEL,
    /** Whether the answer is streamed. */
    STREAM,
    /** The cache salt. */
    CACHE_SALT,
    /** The prompt: hashed as text, several joined by one space. */
    PROMPT,
    /** The conversation: hashed as JSON without white space outside strings. */
    MESSAGES,
    /** The tools: hashed apart, as JSON without white space outside strings. */
    TOOLS,
    /** What the request cannot do without; not hashed. */
    INPUT
  }

  /**
   * A named member of an object.
   *
   * @param name as the API writes it, in ASCII
   * @param exact true when the name must match to the letter; otherwise case does not matter
   */
  public record Field(String name, Shape shape, Role role, boolean exact) {

    /** A member that only has a type. */
    public static Field typed(String name, Shape shape) {
      return new Field(name, shape, Role.NONE, false);
    }

    /** A top-level member with a role, typed. */
    public static Field of(Role role, String name, Shape shape) {
      return new Field(name, shape, role, false);
    }

    /** A top-level member with a role that is looked up to the letter and may be anything. */
    public static Field generic(Role role, String name) {
      return new Field(name, ANY, role, true);
    }

    boolean isNamed(byte[] key, int length) {
      if (length != name.length()) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (key[i] != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    /** True when the key differs from the name in case alone, and case does not matter. */
    boolean isMeantBy(byte[] key, int length) {
      if (exact || length != name.length()) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if ((key[i] | 0x20) != (name.charAt(i) | 0x20)) {
          return false;
        }
      }
      return true;
    }
  }
}
