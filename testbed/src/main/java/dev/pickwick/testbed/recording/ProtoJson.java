package dev.pickwick.testbed.recording;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Base64;

/** Reads protobuf's JSON form, field names as in the {@code .proto} file, bytes in base64. */
final class ProtoJson {

  private ProtoJson() {}

  /**
   * Fills the builder.
   *
   * @throws IllegalArgumentException naming the field that the message does not have
   */
  static void merge(JsonNode json, Message.Builder builder) {
    if (builder instanceof Struct.Builder struct) {
      struct.mergeFrom(struct(json));
      return;
    }
    json.properties()
        .forEach(
            entry -> {
              FieldDescriptor field =
                  builder.getDescriptorForType().findFieldByName(entry.getKey());
              if (field == null) {
                throw new IllegalArgumentException(
                    entry.getKey()
                        + " (expected: a field of "
                        + builder.getDescriptorForType().getFullName()
                        + ')');
              }
              set(field, entry.getValue(), builder);
            });
  }

  private static void set(FieldDescriptor field, JsonNode json, Message.Builder builder) {
    if (field.isMapField()) {
      FieldDescriptor key = field.getMessageType().findFieldByName("key");
      FieldDescriptor value = field.getMessageType().findFieldByName("value");
      json.properties()
          .forEach(
              entry -> {
                Message.Builder pair = builder.newBuilderForField(field);
                pair.setField(key, entry.getKey());
                pair.setField(value, value(value, entry.getValue(), pair));
                builder.addRepeatedField(field, pair.build());
              });
    } else if (field.isRepeated()) {
      json.forEach(item -> builder.addRepeatedField(field, value(field, item, builder)));
    } else {
      builder.setField(field, value(field, json, builder));
    }
  }

  private static Object value(FieldDescriptor field, JsonNode json, Message.Builder builder) {
    return switch (field.getJavaType()) {
      case INT -> json.intValue();
      case LONG -> json.asLong();
      case FLOAT -> json.floatValue();
      case DOUBLE -> json.doubleValue();
      case BOOLEAN -> json.booleanValue();
      case STRING -> json.textValue();
      case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(json.textValue()));
      case ENUM -> constant(field, json);
      case MESSAGE -> {
        Message.Builder nested = builder.newBuilderForField(field);
        merge(json, nested);
        yield nested.build();
      }
    };
  }

  private static EnumValueDescriptor constant(FieldDescriptor field, JsonNode json) {
    EnumValueDescriptor constant = field.getEnumType().findValueByName(json.asText());
    if (constant == null) {
      throw new IllegalArgumentException(
          json.asText() + " (expected: a constant of " + field.getEnumType().getFullName() + ')');
    }
    return constant;
  }

  private static Struct struct(JsonNode json) {
    var struct = Struct.newBuilder();
    json.properties().forEach(entry -> struct.putFields(entry.getKey(), value(entry.getValue())));
    return struct.build();
  }

  private static Value value(JsonNode json) {
    var value = Value.newBuilder();
    if (json.isObject()) {
      value.setStructValue(struct(json));
    } else if (json.isArray()) {
      var list = ListValue.newBuilder();
      json.forEach(item -> list.addValues(value(item)));
      value.setListValue(list);
    } else if (json.isBoolean()) {
      value.setBoolValue(json.booleanValue());
    } else if (json.isNumber()) {
      value.setNumberValue(json.doubleValue());
    } else if (json.isNull()) {
      value.setNullValue(NullValue.NULL_VALUE);
    } else {
      value.setStringValue(json.textValue());
    }
    return value.build();
  }
}
