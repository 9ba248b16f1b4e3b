package dev.pickwick.proto.extproc;

import org.jspecify.annotations.Nullable;

/**
 * The message types that are checked but not read during the scan, each knowing the type of its
 * length-delimited fields.
 */
enum Shape {
  /** {@code envoy.config.core.v3.Metadata}. */
  METADATA,
  /** An entry of {@code map<string, google.protobuf.Struct>}. */
  STRUCT_ENTRY,
  /** An entry of {@code map<string, google.protobuf.Any>}. */
  FLAT_ENTRY,
  /** {@code google.protobuf.Struct}. */
  STRUCT,
  /** An entry of {@code Struct.fields}. */
  FIELD_ENTRY,
  /** {@code google.protobuf.Value}. */
  VALUE,
  /** {@code google.protobuf.ListValue}. */
  LIST,
  /** Any message without sub-messages. */
  FLAT;

  /** Checks the sub-message at the reader's cursor and everything inside, and passes over it. */
  void check(WireReader reader) {
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      Shape child = child(tag);
      if (child == null) {
        reader.skip(tag);
      } else {
        child.check(reader);
      }
    }
    reader.leave(outer);
  }

  private @Nullable Shape child(int tag) {
    return switch (this) {
      case METADATA ->
          switch (tag) {
            case Tag.METADATA_FILTER -> STRUCT_ENTRY;
            case Tag.METADATA_TYPED -> FLAT_ENTRY;
            default -> null;
          };
      case STRUCT_ENTRY -> tag == Tag.ENTRY_VALUE ? STRUCT : null;
      case FLAT_ENTRY -> tag == Tag.ENTRY_VALUE ? FLAT : null;
      case STRUCT -> tag == Tag.STRUCT_FIELD ? FIELD_ENTRY : null;
      case FIELD_ENTRY -> tag == Tag.ENTRY_VALUE ? VALUE : null;
      case VALUE ->
          switch (tag) {
            case Tag.VALUE_STRUCT -> STRUCT;
            case Tag.VALUE_LIST -> LIST;
            default -> null;
          };
      case LIST -> tag == Tag.LIST_ELEMENT ? VALUE : null;
      case FLAT -> null;
    };
  }
}
