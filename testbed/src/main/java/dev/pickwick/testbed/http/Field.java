package dev.pickwick.testbed.http;

/**
 * One header field as it stood on the wire; bytes above 127 are kept as ISO-8859-1 characters.
 *
 * @param name the field's name in its original spelling
 * @param value the field's value without surrounding blanks
 */
public record Field(String name, String value) {

  /** Whether the field has this name; case does not matter. */
  public boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
