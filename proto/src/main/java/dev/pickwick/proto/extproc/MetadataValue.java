package dev.pickwick.proto.extproc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands under one key of one namespace of {@code filter_metadata}: a text, a list, or neither
 * (another type or nothing at all).
 *
 * <p>Map entries of equal key replace each other; within an entry, values that occur again are
 * merged, lists by appending.
 */
final class MetadataValue {

  private static final MetadataValue NEITHER = new MetadataValue();

  private @Nullable String text;
  private @Nullable List<String> texts;

  private MetadataValue() {}

  /**
   * Looks a value up in bytes that the scan has found to be sound.
   *
   * @param metadata start (at the length prefix) and end of each {@code Metadata} message
   */
  static MetadataValue find(byte[] bytes, Spans metadata, String namespace, String key) {
    int entryStart = -1;
    int entryEnd = -1;
    for (int i = 0; i < metadata.count(); i++) {
      WireReader reader = new WireReader(bytes, metadata.first(i), metadata.second(i));
      reader.enter();
      for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
        if (tag == Tag.METADATA_FILTER) {
          int length = reader.readLength();
          int start = reader.position();
          reader.advance(length);
          if (isKeyed(bytes, start, start + length, namespace)) {
            entryStart = start;
            entryEnd = start + length;
          }
        } else {
          reader.skip(tag);
        }
      }
    }
    return entryStart < 0 ? NEITHER : findInEntry(bytes, entryStart, entryEnd, key);
  }

  /** The text, or null when it is anything else. */
  @Nullable String text() {
    return text;
  }

  /** The texts in the list, elements of other types left out; null when it is no list. */
  @Nullable List<String> texts() {
    return texts == null ? null : List.copyOf(texts);
  }

  private static MetadataValue findInEntry(byte[] bytes, int start, int end, String key) {
    int fieldStart = -1;
    int fieldEnd = -1;
    WireReader reader = new WireReader(bytes, start, end);
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      if (tag != Tag.ENTRY_VALUE) {
        reader.skip(tag);
        continue;
      }
      int outer = reader.enter();
      for (int inner = reader.readTag(); inner != 0; inner = reader.readTag()) {
        if (inner == Tag.STRUCT_FIELD) {
          int length = reader.readLength();
          int field = reader.position();
          reader.advance(length);
          if (isKeyed(bytes, field, field + length, key)) {
            fieldStart = field;
            fieldEnd = field + length;
          }
        } else {
          reader.skip(inner);
        }
      }
      reader.leave(outer);
    }
    if (fieldStart < 0) {
      return NEITHER;
    }
    MetadataValue value = new MetadataValue();
    WireReader field = new WireReader(bytes, fieldStart, fieldEnd);
    for (int tag = field.readTag(); tag != 0; tag = field.readTag()) {
      if (tag == Tag.ENTRY_VALUE) {
        value.merge(bytes, field);
      } else {
        field.skip(tag);
      }
    }
    return value;
  }

  private static boolean isKeyed(byte[] bytes, int start, int end, String key) {
    String found = "";
    WireReader reader = new WireReader(bytes, start, end);
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      if (tag == Tag.ENTRY_KEY) {
        found = text(bytes, reader);
      } else {
        reader.skip(tag);
      }
    }
    return found.equals(key);
  }

  /** Reads the {@code Value} at the cursor into this one. */
  private void merge(byte[] bytes, WireReader reader) {
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      switch (tag) {
        case Tag.VALUE_STRING -> {
          text = text(bytes, reader);
          texts = null;
        }
        case Tag.VALUE_LIST -> {
          text = null;
          if (texts == null) {
            texts = new ArrayList<>();
          }
          appendList(bytes, reader, texts);
        }
        case Tag.VALUE_NULL, Tag.VALUE_NUMBER, Tag.VALUE_BOOL, Tag.VALUE_STRUCT -> {
          text = null;
          texts = null;
          reader.skip(tag);
        }
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private static void appendList(byte[] bytes, WireReader reader, List<String> texts) {
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      if (tag == Tag.LIST_ELEMENT) {
        String element = element(bytes, reader);
        if (element != null) {
          texts.add(element);
        }
      } else {
        reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private static @Nullable String element(byte[] bytes, WireReader reader) {
    @Nullable String found = null;
    int outer = reader.enter();
    for (int tag = reader.readTag(); tag != 0; tag = reader.readTag()) {
      switch (tag) {
        case Tag.VALUE_STRING -> found = text(bytes, reader);
        case Tag.VALUE_NULL, Tag.VALUE_NUMBER, Tag.VALUE_BOOL, Tag.VALUE_STRUCT, Tag.VALUE_LIST -> {
          found = null;
          reader.skip(tag);
        }
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    return found;
  }

  private static String text(byte[] bytes, WireReader reader) {
    int length = reader.readLength();
    int start = reader.position();
    reader.advance(length);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }
}
