package dev.pickwick.testbed.server;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * A generation or embeddings request as the model server understands it.
 *
 * @param prompt all text that counts as prompt
 * @param maxTokens limit on the answer, 0 for none
 * @param ignoreEos whether the answer has exactly that many tokens
 * @param includeUsage whether a stream ends with an event that carries the usage
 * @param remoteDecode whether another server is to decode
 */
record ApiRequest(
    Api api,
    String model,
    String prompt,
    int maxTokens,
    boolean ignoreEos,
    boolean stream,
    boolean includeUsage,
    boolean remoteDecode) {

  /** The kinds of request. */
  enum Api {
    COMPLETIONS,
    CHAT,
    RESPONSES,
    EMBEDDINGS
  }

  /** A request body that cannot be served; the message is for the client. */
  static final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
      super(message);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  static ApiRequest parse(Api api, byte[] body) throws BadRequestException {
    JsonNode root = tree(body);
    if (!root.isObject()) {
      throw new BadRequestException(
          "Failed to read and parse request body, unexpected end of JSON input");
    }
    JsonNode limit = root.path("max_completion_tokens");
    if (limit.isMissingNode()) {
      limit = root.path(api == Api.RESPONSES ? "max_output_tokens" : "max_tokens");
    }
    if (limit.isNumber() && limit.asInt() <= 0) {
      throw new BadRequestException("Max completion tokens and max tokens should be positive");
    }
    boolean ignoreEos = root.path("ignore_eos").asBoolean();
    if (ignoreEos && !limit.isNumber()) {
      throw new BadRequestException("Ignore_eos is true but max_tokens is not set");
    }
    boolean stream = root.path("stream").asBoolean();
    boolean remoteDecode = root.path("kv_transfer_params").path("do_remote_decode").asBoolean();
    if (stream && remoteDecode) {
      throw new BadRequestException("Prefill does not support streaming");
    }
    return new ApiRequest(
        api,
        root.path("model").asText(),
        prompt(api, root),
        limit.asInt(),
        ignoreEos,
        stream,
        root.path("stream_options").path("include_usage").asBoolean(),
        remoteDecode);
  }

  private static JsonNode tree(byte[] body) throws BadRequestException {
    try {
      JsonNode root = JSON.readTree(body);
      return root == null ? JSON.missingNode() : root;
    } catch (JacksonException e) {
      throw new BadRequestException(
          "Failed to read and parse request body, " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new BadRequestException("Failed to read and parse request body, " + e.getMessage());
    }
  }

  private static String prompt(Api api, JsonNode root) {
    var text = new StringBuilder();
    switch (api) {
      case COMPLETIONS -> append(text, root.path("prompt"));
      case EMBEDDINGS, RESPONSES -> append(text, root.path("input"));
      case CHAT -> {
        for (JsonNode message : root.path("messages")) {
          text.append(message.path("role").asText()).append(": ");
          append(text, message.path("content"));
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, JsonNode content) {
    if (content.isTextual()) {
      text.append(content.textValue());
    } else if (content.isNumber()) {
      // A prompt given as token numbers: each counts as one token.
      text.append("%04x".formatted(content.asInt() & 0xffff));
    } else if (content.isArray()) {
      content.forEach(part -> append(text, part));
    } else if (content.isObject()) {
      append(text, content.path("text"));
      append(text, content.path("content"));
    }
  }
}
