package dev.pickwick.epp.parser;

import static dev.pickwick.epp.body.Shape.ANY;
import static dev.pickwick.epp.body.Shape.ARRAY;
import static dev.pickwick.epp.body.Shape.BOOLEAN;
import static dev.pickwick.epp.body.Shape.Field.generic;
import static dev.pickwick.epp.body.Shape.Field.typed;
import static dev.pickwick.epp.body.Shape.TEXT;
import static dev.pickwick.epp.body.Shape.arrayOf;
import static dev.pickwick.epp.body.Shape.object;
import static dev.pickwick.epp.body.Shape.textOrArrayOf;

import dev.pickwick.epp.body.ScanResult.Required;
import dev.pickwick.epp.body.ScanResult.Scanned;
import dev.pickwick.epp.body.Shape;
import dev.pickwick.epp.body.Shape.Field;
import dev.pickwick.epp.body.Shape.Role;
import org.jspecify.annotations.Nullable;

/** The APIs that speak OpenAI's JSON: how their paths end and what their requests must hold. */
enum OpenAiApi {
  CONVERSATIONS(
      "/conversations",
      "invalid conversations request: must have items field",
      request(
          Field.of(
              Role.INPUT,
              "items",
              arrayOf(object(typed("type", TEXT), typed("role", TEXT), typed("content", ANY)))),
          typed("metadata", object()))),

  RESPONSES(
      "/responses",
      "invalid responses request: must have input field",
      request(Field.of(Role.INPUT, "input", ANY))),

  CHAT_COMPLETIONS(
      "/chat/completions",
      "invalid chat completions request: must have valid messages field",
      request(
          Field.of(Role.MESSAGES, "messages", arrayOf(message())),
          Field.of(Role.TOOLS, "tools", ARRAY),
          typed("documents", ARRAY),
          typed("chat_template", TEXT),
          typed("return_assistant_tokens_mask", BOOLEAN),
          typed("continue_final_message", BOOLEAN),
          typed("add_generation_prompt", BOOLEAN),
          typed("chat_template_kwargs", object()))),

  COMPLETIONS(
      "/completions",
      "invalid completions request: must have prompt field",
      request(Field.of(Role.PROMPT, "prompt", textOrArrayOf(TEXT)))),

  EMBEDDINGS(
      "/embeddings",
      "invalid embeddings request: must have input field",
      request(Field.of(Role.INPUT, "input", ANY)));

  private final String suffix;
  private final String refusal;

  // A shape never changes once it is made.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Shape shape;

  OpenAiApi(String suffix, String refusal, Shape shape) {
    this.suffix = suffix;
    this.refusal = refusal;
    this.shape = shape;
  }

  /**
   * The API of a path. A query string and trailing slashes do not matter; what no API claims is
   * taken for completions.
   */
  static OpenAiApi forPath(String path) {
    int end = path.indexOf('?');
    end = end < 0 ? path.length() : end;
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    for (OpenAiApi api : values()) {
      int start = end - api.suffix.length();
      if (start >= 0 && path.startsWith(api.suffix, start)) {
        return api;
      }
    }
    return COMPLETIONS;
  }

  /** What the body must be. */
  Shape shape() {
    return shape;
  }

  /** Why the request cannot be served, or null when its structure is right. */
  @Nullable String problemOf(Scanned request) {
    boolean usable =
        switch (this) {
          case RESPONSES, EMBEDDINGS -> request.required() != Required.MISSING;
          case CONVERSATIONS, CHAT_COMPLETIONS, COMPLETIONS ->
              request.required() == Required.PRESENT;
        };
    return usable && request.wellTyped() ? null : refusal;
  }

  private static Shape request(Field... own) {
    Field[] fields = new Field[own.length + 3];
    System.arraycopy(own, 0, fields, 0, own.length);
    fields[own.length] = generic(Role.MODEL, "model");
    fields[own.length + 1] = generic(Role.STREAM, "stream");
    fields[own.length + 2] = Field.of(Role.CACHE_SALT, "cache_salt", TEXT);
    return object(fields);
  }

  private static Shape message() {
    Shape link = object(typed("url", TEXT));
    Shape audio = object(typed("data", TEXT), typed("format", TEXT));
    Shape block =
        object(
            typed("type", TEXT),
            typed("text", TEXT),
            typed("image_url", link),
            typed("input_audio", audio),
            typed("video_url", link));
    return object(typed("role", TEXT), typed("content", textOrArrayOf(block)));
  }
}
