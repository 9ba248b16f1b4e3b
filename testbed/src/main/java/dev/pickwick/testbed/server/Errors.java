package dev.pickwick.testbed.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Error bodies in OpenAI's form. */
final class Errors {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Errors() {}

  static byte[] body(int status, String message) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode error = root.putObject("error").put("message", message).put("type", type(status));
    error.putNull("param").put("code", status);
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String type(int status) {
    return switch (status) {
      case 400 -> "BadRequestError";
      case 401 -> "AuthenticationError";
      case 404 -> "NotFoundError";
      case 429 -> "RateLimitError";
      case 503 -> "ServiceUnavailableError";
      default -> status < 500 ? "InvalidRequestError" : "InternalServerError";
    };
  }
}
