package dev.pickwick.testbed.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes messages to one connection; belongs to one thread at a time. */
public final class HttpWriter {

  private static final byte[] LINE_END = {'\r', '\n'};

  private final OutputStream out;

  public HttpWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, 16 << 10);
  }

  /** Writes a first line and fields; nothing is flushed. */
  public void head(String firstLine, Fields fields) throws IOException {
    text(firstLine);
    fields(fields);
  }

  /** Writes a whole response with a length. */
  public void response(int status, Fields fields, byte[] body) throws IOException {
    var all = new Fields(fields).set("content-length", Integer.toString(body.length));
    head(statusLine(status), all);
    bytes(body);
    flush();
  }

  /** Writes one chunk of a chunked body and flushes it; an empty one is left out. */
  public void chunk(byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      text(Integer.toHexString(bytes.length));
      out.write(bytes);
      out.write(LINE_END);
      out.flush();
    }
  }

  /** Ends a chunked body. */
  public void lastChunk(Fields trailers) throws IOException {
    text("0");
    fields(trailers);
    out.flush();
  }

  public void bytes(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  public void flush() throws IOException {
    out.flush();
  }

  /** The first line of a response. */
  public static String statusLine(int status) {
    return "HTTP/1.1 " + status + ' ' + reason(status);
  }

  private void fields(Fields fields) throws IOException {
    for (Field field : fields) {
      text(field.name() + ": " + field.value());
    }
    out.write(LINE_END);
  }

  private void text(String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.ISO_8859_1));
    out.write(LINE_END);
  }

  private static String reason(int status) {
    return switch (status) {
      case 100 -> "Continue";
      case 200 -> "OK";
      case 204 -> "No Content";
      case 302 -> "Found";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Status " + status;
    };
  }
}
