package dev.pickwick.epp.body;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.pickwick.epp.body.ScanResult.Malformed;
import dev.pickwick.epp.body.ScanResult.Required;
import dev.pickwick.epp.body.ScanResult.Scanned;
import dev.pickwick.epp.body.Shape.Field;
import dev.pickwick.epp.body.Shape.Role;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole body with Jackson's streaming parser, and gives what {@link BodyScanner} gives.
 *
 * <p>It follows Go where keys are concerned: typed fields match in any case, the last of several
 * members with one name counts, and a wrong type in any of them spoils the request. No value is
 * held: parts are read from the body by their place.
 */
final class LibraryScan {

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          // Hostile keys must not fill a table that all requests share.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonMachine.MAX_DEPTH)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final List<BodySlice> body;
  private final PromptHasher hasher;
  private final PartReader parts;
  private final StringCursor keys;
  private final Map<Role, Member> members = new EnumMap<>(Role.class);
  private boolean wellTyped = true;

  private LibraryScan(List<BodySlice> body, PromptHasher hasher) {
    this.body = body;
    this.hasher = hasher;
    parts = new PartReader(hasher);
    keys = new StringCursor(body);
  }

  /**
   * Reads the body.
   *
   * @param hasher reset; holds the prompt's content afterwards
   */
  static ScanResult scan(Shape root, List<BodySlice> body, PromptHasher hasher) {
    try {
      return new LibraryScan(body, hasher).scan(root);
    } catch (JsonParseException e) {
      long offset = e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
      return new Malformed("invalid JSON at offset " + offset + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ScanResult scan(Shape root) throws IOException {
    try (JsonParser parser = JSON.createParser(new SliceReader(body, 0, Integer.MAX_VALUE))) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new Malformed(GoSyntaxError.UNEXPECTED_END);
      }
      if (first == JsonToken.START_OBJECT) {
        readMembers(parser, root);
      } else {
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        return new Malformed("another value after the first");
      }
      return first == JsonToken.START_OBJECT || first == JsonToken.VALUE_NULL
          ? result()
          : new Malformed(GoSyntaxError.wrongType(typeOf(first)));
    }
  }

  private void readMembers(JsonParser parser, Shape root) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Field field = named(root, parser);
      JsonType type = typeOf(parser.nextToken());
      int start = (int) parser.currentTokenLocation().getCharOffset();
      boolean empty = check(field == null ? Shape.ANY : field.shape(), parser);
      if (field != null && field.role() != Role.NONE) {
        int end = (int) parser.currentLocation().getCharOffset();
        members.put(field.role(), new Member(type, empty, start, end));
      }
    }
  }

  /** Moves to the value's end; true when no element or member was seen in it. */
  private boolean check(Shape shape, JsonParser parser) throws IOException {
    JsonType type = typeOf(parser.currentToken());
    if (!shape.allows(type)) {
      wellTyped = false;
    }
    if (!shape.allows(type) || !shape.looksInside(type)) {
      parser.skipChildren();
      return true;
    }
    boolean empty = true;
    if (type == JsonType.OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        empty = false;
        Field field = named(shape, parser);
        parser.nextToken();
        check(field == null ? Shape.ANY : field.shape(), parser);
      }
    } else {
      Shape element = shape.element() == null ? Shape.ANY : shape.element();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        empty = false;
        check(element, parser);
      }
    }
    return empty;
  }

  private @Nullable Field named(Shape object, JsonParser parser) throws IOException {
    String name = parser.currentName();
    if (name.length() > JsonMachine.MAX_KEY) {
      return null;
    }
    if (!name.chars().allMatch(c -> c < 0x80)) {
      // The parser was given bytes for characters, and escapes among them it has decoded.
      name = keys.read((int) parser.currentTokenLocation().getCharOffset());
    }
    String folded = null;
    for (Field field : object.fields()) {
      if (field.name().equals(name)) {
        return field;
      }
    }
    for (Field field : object.fields()) {
      if (!field.exact()) {
        folded = folded == null ? fold(name) : folded;
        if (field.name().equals(folded)) {
          return field;
        }
      }
    }
    return null;
  }

  /** Lower case as Go folds it: the long s and the Kelvin sign are letters of ASCII words too. */
  private static String fold(String name) {
    return name.replace('\u017F', 's').replace('\u212A', 'k').toLowerCase(Locale.ROOT);
  }

  private Scanned result() throws IOException {
    String model = null;
    int modelStart = -1;
    int modelEnd = -1;
    Member named = members.get(Role.MODEL);
    if (named != null && named.type == JsonType.STRING) {
      modelStart = named.start;
      modelEnd = SliceReader.endOfString(body, modelStart);
      model = text(named);
    }
    Member stream = members.get(Role.STREAM);
    Member salt = members.get(Role.CACHE_SALT);
    return new Scanned(
        wellTyped,
        wellTyped ? required() : Required.PRESENT,
        model,
        modelStart,
        modelEnd,
        stream != null && stream.type == JsonType.TRUE,
        salt != null && salt.type == JsonType.STRING ? text(salt) : null,
        toolsHash());
  }

  private Required required() throws IOException {
    Member prompt = members.get(Role.PROMPT);
    if (prompt != null) {
      return readPrompt(prompt);
    }
    Member messages = members.get(Role.MESSAGES);
    if (messages != null) {
      SliceReader.feed(body, messages.start, messages.end, parts::messages);
      return messages.required();
    }
    Member input = members.get(Role.INPUT);
    return input == null ? Required.MISSING : input.required();
  }

  private Required readPrompt(Member prompt) throws IOException {
    if (prompt.type == JsonType.STRING) {
      boolean empty = readPrompt(prompt.start);
      return empty ? Required.EMPTY : Required.PRESENT;
    }
    if (prompt.type == JsonType.ARRAY) {
      try (JsonParser list = JSON.createParser(new SliceReader(body, prompt.start, prompt.end))) {
        list.nextToken();
        for (JsonToken each = list.nextToken();
            each != JsonToken.END_ARRAY && !hasher.isFull();
            each = list.nextToken()) {
          if (each == JsonToken.VALUE_STRING) {
            readPrompt(prompt.start + (int) list.currentTokenLocation().getCharOffset());
          } else {
            parts.beginPrompt();
          }
        }
      }
    }
    return prompt.required();
  }

  private boolean readPrompt(int start) {
    int end = SliceReader.endOfString(body, start);
    parts.beginPrompt();
    SliceReader.feed(body, start + 1, end - 1, parts::prompt);
    parts.endPrompt();
    return end - start == 2;
  }

  private String text(Member member) {
    int end = SliceReader.endOfString(body, member.start);
    SliceReader.feed(body, member.start + 1, end - 1, parts::text);
    return parts.endText();
  }

  private long toolsHash() {
    Member tools = members.get(Role.TOOLS);
    if (tools == null || tools.type == JsonType.NULL || !wellTyped) {
      return 0;
    }
    SliceReader.feed(body, tools.start, tools.end, parts::tools);
    return parts.toolsHash();
  }

  private static JsonType typeOf(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> JsonType.OBJECT;
      case START_ARRAY -> JsonType.ARRAY;
      case VALUE_STRING -> JsonType.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> JsonType.NUMBER;
      case VALUE_TRUE -> JsonType.TRUE;
      case VALUE_FALSE -> JsonType.FALSE;
      case VALUE_NULL -> JsonType.NULL;
      case null, default ->
          throw new IllegalStateException("token: " + token + " (expected: the start of a value)");
    };
  }

  /** The last member with a role: where it lies, as far as its type needs it. */
  private record Member(JsonType type, boolean empty, int start, int end) {

    Required required() {
      return type == JsonType.ARRAY && !empty ? Required.PRESENT : Required.of(type);
    }
  }
}
