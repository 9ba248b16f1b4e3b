package dev.pickwick.testbed.gateway;

import dev.pickwick.testbed.http.Field;
import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpWriter;
import java.io.IOException;

/** Writes the response that has passed the picker to the client. */
final class ClientResponse {

  private final HttpWriter client;
  private final Head request;
  private final Fields fields = new Fields();
  private final int status;
  private final boolean bodyless;
  private final boolean chunked;
  private Fields trailers = new Fields();

  ClientResponse(HttpWriter client, Head request, Fields changed, boolean envoy) {
    this.client = client;
    this.request = request;
    String code = changed.first(":status");
    this.status = code == null ? 200 : Integer.parseInt(code);
    this.bodyless = request.method().equals("HEAD") || status == 204 || status == 304;
    this.chunked = !bodyless && !request.third().equals("HTTP/1.0");
    for (Field field : changed) {
      boolean kept =
          !field.name().startsWith(":")
              && !field.is("transfer-encoding")
              && !field.is("content-length");
      if (kept) {
        fields.add(field.name(), envoy && field.is("server") ? "envoy" : field.value());
      }
    }
    if (chunked) {
      fields.add("transfer-encoding", "chunked");
    }
  }

  int status() {
    return status;
  }

  /** Whether the client can tell where the response ends without the connection closing. */
  boolean keepsAlive() {
    return (chunked || bodyless) && request.keepsAlive();
  }

  void begin() throws IOException {
    client.head(HttpWriter.statusLine(status), fields);
    client.flush();
  }

  void piece(byte[] bytes) throws IOException {
    if (chunked) {
      client.chunk(bytes);
    } else if (!bodyless) {
      client.bytes(bytes);
      client.flush();
    }
  }

  /** Fields to be written after the body. */
  void trailers(Fields after) {
    trailers = after;
  }

  void end() throws IOException {
    if (chunked) {
      client.lastChunk(trailers);
    }
  }
}
