package dev.pickwick.epp.body;

/** The types of JSON values; they combine into sets of allowed types. */
public enum JsonType {
  OBJECT("object"),
  ARRAY("array"),
  STRING("string"),
  NUMBER("number"),
  TRUE("bool"),
  FALSE("bool"),
  NULL("null");

  private final String goName;

  JsonType(String goName) {
    this.goName = goName;
  }

  /** What Go's {@code encoding/json} calls such a value in its messages. */
  String goName() {
    return goName;
  }
}
