package dev.pickwick.proto.extproc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One {@code ProcessingResponse}, encoded when made; a body in it is only referred to until it is
 * written.
 *
 * <p>Immutable; constant replies are shared.
 */
public final class Reply {

  /**
   * Most body bytes that one reply may carry, so that its size stays below what every gateway
   * accepts.
   */
  public static final int MAX_BODY_BYTES = 62_000;

  private static final byte[] END_OF_STREAM = {Tag.STREAMED_END_OF_STREAM, 1};
  private static final byte[] NOTHING = {};
  private static final Segments NO_BODY = new Segments();

  private static final byte[] BALANCER_NAMESPACE = utf8("envoy.lb");
  private static final byte[] DESTINATION = utf8("x-gateway-destination-endpoint");

  private static final Reply REQUEST_BODY_END = body(Tag.REPLY_REQUEST_BODY, NO_BODY, true);
  private static final Reply RESPONSE_BODY_END = body(Tag.REPLY_RESPONSE_BODY, NO_BODY, true);
  private static final Reply REQUEST_TRAILERS = empty(Tag.REPLY_REQUEST_TRAILERS);
  private static final Reply RESPONSE_TRAILERS = empty(Tag.REPLY_RESPONSE_TRAILERS);
  private static final Reply UNCHANGED_RESPONSE_HEADERS = encodeResponseHeaders(HeaderChanges.NONE);

  private final byte[] head;
  private final int headStart;
  private final Segments body;
  private final int bodyLength;
  private final byte[] tail;

  private Reply(BackwardWriter head, Segments body, byte[] tail) {
    this.head = head.array();
    this.headStart = head.start();
    this.body = body;
    this.bodyLength = body.length();
    this.tail = tail;
  }

  /**
   * Answers request headers: sends the request to the destination, named by header and by dynamic
   * metadata, and has the gateway route anew.
   *
   * @param destination {@code host:port}; IPv6 hosts in brackets
   * @param changes made after the destination header was set
   */
  public static Reply requestHeaders(String destination, HeaderChanges changes) {
    byte[] value = utf8(destination);
    BackwardWriter writer =
        new BackwardWriter(
            2 * (DESTINATION.length + value.length)
                + BALANCER_NAMESPACE.length
                + changes.size()
                + 20 * BackwardWriter.MAX_PREFIX);
    writeDestinationMetadata(writer, value);
    int reply = writer.mark();
    int common = writer.mark();
    writer.number(Tag.COMMON_CLEAR_ROUTE_CACHE, 1);
    int mutation = writer.mark();
    writer.raw(changes.encoded());
    HeaderChanges.writeSet(writer, DESTINATION, value);
    writer.message(Tag.COMMON_HEADER_MUTATION, mutation);
    writer.message(Tag.COMMON_RESPONSE, common);
    writer.message(Tag.REPLY_REQUEST_HEADERS, reply);
    return new Reply(writer, NO_BODY, NOTHING);
  }

  /** Answers response headers; the inner {@code CommonResponse} is always present. */
  public static Reply responseHeaders(HeaderChanges changes) {
    return changes.isEmpty() ? UNCHANGED_RESPONSE_HEADERS : encodeResponseHeaders(changes);
  }

  /**
   * One piece of the request body as it goes to the model server.
   *
   * @param body at most {@link #MAX_BODY_BYTES}
   */
  public static Reply requestBody(Segments body, boolean endOfStream) {
    return endOfStream && body.length() == 0
        ? REQUEST_BODY_END
        : body(Tag.REPLY_REQUEST_BODY, body, endOfStream);
  }

  /** As {@link #requestBody(Segments, boolean)}, from one array. */
  public static Reply requestBody(byte[] array, int offset, int length, boolean endOfStream) {
    return requestBody(Segments.of(array, offset, length), endOfStream);
  }

  /**
   * One piece of the response body as it goes to the client.
   *
   * @param body at most {@link #MAX_BODY_BYTES}
   */
  public static Reply responseBody(Segments body, boolean endOfStream) {
    return endOfStream && body.length() == 0
        ? RESPONSE_BODY_END
        : body(Tag.REPLY_RESPONSE_BODY, body, endOfStream);
  }

  /** As {@link #responseBody(Segments, boolean)}, from one array. */
  public static Reply responseBody(byte[] array, int offset, int length, boolean endOfStream) {
    return responseBody(Segments.of(array, offset, length), endOfStream);
  }

  /** Lets the request's trailers pass. */
  public static Reply requestTrailers() {
    return REQUEST_TRAILERS;
  }

  /** Lets the response's trailers pass. */
  public static Reply responseTrailers() {
    return RESPONSE_TRAILERS;
  }

  /**
   * Has the gateway answer the client itself.
   *
   * @param status HTTP status, 100 to 999 (agentgateway fails on others)
   */
  public static Reply immediate(int status, String body, HeaderChanges headers) {
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException("status: " + status + " (expected: 100 to 999)");
    }
    byte[] text = utf8(body);
    BackwardWriter writer =
        new BackwardWriter(text.length + headers.size() + 5 * BackwardWriter.MAX_PREFIX);
    int reply = writer.mark();
    if (text.length > 0) {
      writer.bytes(Tag.IMMEDIATE_BODY, text);
    }
    if (!headers.isEmpty()) {
      writer.bytes(Tag.IMMEDIATE_HEADERS, headers.encoded());
    }
    int code = writer.mark();
    writer.number(Tag.STATUS_CODE, status);
    writer.message(Tag.IMMEDIATE_STATUS, code);
    writer.message(Tag.REPLY_IMMEDIATE, reply);
    return new Reply(writer, NO_BODY, NOTHING);
  }

  /** Size on the wire, in bytes, without the frame around it. */
  public int size() {
    return head.length - headStart + bodyLength + tail.length;
  }

  /** The encoded message in one new array. */
  public byte[] toByteArray() {
    byte[] all = new byte[size()];
    int headLength = head.length - headStart;
    System.arraycopy(head, headStart, all, 0, headLength);
    byte[] held = body.toByteArray();
    System.arraycopy(held, 0, all, headLength, bodyLength);
    System.arraycopy(tail, 0, all, headLength + bodyLength, tail.length);
    return all;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(head, headStart, head.length - headStart);
    body.writeTo(out, bodyLength);
    out.write(tail);
  }

  private static Reply encodeResponseHeaders(HeaderChanges changes) {
    BackwardWriter writer = new BackwardWriter(changes.size() + 3 * BackwardWriter.MAX_PREFIX);
    int reply = writer.mark();
    if (!changes.isEmpty()) {
      writer.bytes(Tag.COMMON_HEADER_MUTATION, changes.encoded());
    }
    writer.message(Tag.COMMON_RESPONSE, reply);
    writer.message(Tag.REPLY_RESPONSE_HEADERS, reply);
    return new Reply(writer, NO_BODY, NOTHING);
  }

  /** {@code {"envoy.lb": {"x-gateway-destination-endpoint": destination}}}. */
  private static void writeDestinationMetadata(BackwardWriter writer, byte[] destination) {
    int metadata = writer.mark();
    writer.bytes(Tag.VALUE_STRING, destination);
    writer.message(Tag.ENTRY_VALUE, metadata);
    writer.bytes(Tag.ENTRY_KEY, DESTINATION);
    writer.message(Tag.STRUCT_FIELD, metadata);
    writer.message(Tag.VALUE_STRUCT, metadata);
    writer.message(Tag.ENTRY_VALUE, metadata);
    writer.bytes(Tag.ENTRY_KEY, BALANCER_NAMESPACE);
    writer.message(Tag.STRUCT_FIELD, metadata);
    writer.message(Tag.REPLY_DYNAMIC_METADATA, metadata);
  }

  private static Reply body(int replyTag, Segments body, boolean endOfStream) {
    int length = body.length();
    if (length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "body: " + length + " bytes (expected: at most " + MAX_BODY_BYTES + ")");
    }
    byte[] tail = endOfStream ? END_OF_STREAM : NOTHING;
    BackwardWriter writer = new BackwardWriter(5 * BackwardWriter.MAX_PREFIX);
    int behind = length + tail.length;
    if (length > 0) {
      writer.number(Tag.STREAMED_BODY, length);
    }
    writer.number(Tag.MUTATION_STREAMED, behind + writer.size());
    writer.number(Tag.COMMON_BODY_MUTATION, behind + writer.size());
    writer.number(Tag.COMMON_RESPONSE, behind + writer.size());
    writer.number(replyTag, behind + writer.size());
    return new Reply(writer, body, tail);
  }

  private static Reply empty(int replyTag) {
    BackwardWriter writer = new BackwardWriter(2);
    writer.number(replyTag, 0);
    return new Reply(writer, NO_BODY, NOTHING);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
