package dev.pickwick.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * The messages of a response, a stream of chat events, as a gateway sends them that names the
 * endpoint that served. Made once for each endpoint.
 */
final class ResponseMessages {

  private static final byte[] EVENT =
      event(
          "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" wisdom\"},\"logprobs\":null,"
              + "\"finish_reason\":null}],\"usage\":null");
  private static final byte[] USAGE =
      concatenated(
          event(
              "\"choices\":[],\"usage\":{\"prompt_tokens\":256,\"total_tokens\":272,"
                  + "\"completion_tokens\":16,\"prompt_tokens_details\":{\"cached_tokens\":128}}"),
          "data: [DONE]\n\n".getBytes(UTF_8));

  private final List<byte[]> distinct;
  private final int events;
  private final int length;

  ResponseMessages(String destination, int events) {
    Metadata served =
        Metadata.newBuilder()
            .putFilterMetadata(
                "envoy.lb",
                Struct.newBuilder()
                    .putFields(
                        "x-gateway-destination-endpoint-served",
                        Value.newBuilder().setStringValue(destination).build())
                    .build())
            .build();
    this.distinct =
        List.of(
            headers(served),
            body(EVENT, false, served),
            body(USAGE, false, served),
            body(new byte[0], true, served));
    this.events = events;
    this.length = events == 0 ? 0 : (events - 1) * EVENT.length + USAGE.length;
  }

  /** How many there are: headers, events, the empty one at the end. */
  int size() {
    return events + 2;
  }

  /** The message at an index; an array that must not be changed. */
  byte[] get(int index) {
    if (index == 0) {
      return distinct.getFirst();
    }
    return distinct.get(index < events ? 1 : index == events ? 2 : 3);
  }

  /** Length of the body, in bytes. */
  int length() {
    return length;
  }

  /** Whether bytes are those of the body from a place on. */
  boolean matches(int at, byte[] bytes, int offset, int count) {
    if (at + count > length) {
      return false;
    }
    int place = at;
    int from = offset;
    int left = count;
    while (left > 0) {
      int index = Math.min(place / EVENT.length, events - 1);
      byte[] event = index < events - 1 ? EVENT : USAGE;
      int within = place - index * EVENT.length;
      int part = Math.min(left, event.length - within);
      if (!Arrays.equals(event, within, within + part, bytes, from, from + part)) {
        return false;
      }
      place += part;
      from += part;
      left -= part;
    }
    return true;
  }

  private static byte[] headers(Metadata served) {
    HeaderMap map =
        HeaderMap.newBuilder()
            .addHeaders(raw("content-type", "text/event-stream; charset=utf-8"))
            .addHeaders(raw("server", "uvicorn"))
            .addHeaders(HeaderValue.newBuilder().setKey(":status").setValue("200"))
            .build();
    return ProcessingRequest.newBuilder()
        .setResponseHeaders(HttpHeaders.newBuilder().setHeaders(map))
        .setMetadataContext(served)
        .build()
        .toByteArray();
  }

  private static byte[] body(byte[] piece, boolean end, Metadata served) {
    return ProcessingRequest.newBuilder()
        .setResponseBody(
            HttpBody.newBuilder().setBody(ByteString.copyFrom(piece)).setEndOfStream(end))
        .setMetadataContext(served)
        .build()
        .toByteArray();
  }

  private static HeaderValue raw(String name, String value) {
    return HeaderValue.newBuilder()
        .setKey(name)
        .setRawValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static byte[] event(String members) {
    return ("data: {\"id\":\"chatcmpl-6f1bd4a7c0f94f6ea0c4b2d0a1b1e2c3\",\"object\":"
            + "\"chat.completion.chunk\",\"created\":1763850000,\"model\":\"load/llama\","
            + members
            + "}\n\n")
        .getBytes(UTF_8);
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
