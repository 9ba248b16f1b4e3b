package dev.pickwick.testbed.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The first line and the fields of a message.
 *
 * @param first method of a request, version of a response
 * @param second target of a request, status code of a response
 * @param third version of a request, reason of a response
 */
public record Head(String first, String second, String third, Fields fields) {

  public String method() {
    return first;
  }

  public String target() {
    return second;
  }

  /** The target without its query string. */
  public String path() {
    int query = second.indexOf('?');
    return query < 0 ? second : second.substring(0, query);
  }

  /** The status code of a response. */
  public int status() throws MalformedHttpException {
    try {
      return Integer.parseInt(second);
    } catch (NumberFormatException e) {
      throw new MalformedHttpException("status: \"" + second + "\" (expected: a number)", e);
    }
  }

  /** Whether the sender of this request wants the connection to stay open. */
  public boolean keepsAlive() {
    if (third.equals("HTTP/1.0")) {
      return fields.lists("connection", "keep-alive");
    }
    return !fields.lists("connection", "close");
  }

  /** How the body of this request is framed. */
  public Framing requestFraming() throws MalformedHttpException {
    if (fields.lists("transfer-encoding", "chunked")) {
      return new Framing.Chunked();
    }
    String length = fields.first("content-length");
    return length == null ? new Framing.None() : Framing.ofLength(length);
  }

  /** How the body of this response to a request with that method is framed. */
  public Framing responseFraming(String requestMethod) throws MalformedHttpException {
    int status = status();
    if (requestMethod.toUpperCase(Locale.ROOT).equals("HEAD")
        || status < 200
        || status == 204
        || status == 304) {
      return new Framing.None();
    }
    if (fields.lists("transfer-encoding", "chunked")) {
      return new Framing.Chunked();
    }
    @Nullable String length = fields.first("content-length");
    return length == null ? new Framing.UntilClose() : Framing.ofLength(length);
  }
}
