package dev.pickwick.proto.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pickwick.proto.extproc.GatewayMessage.Kind;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that can be read from one inbound message, by our reader or by the generated classes. */
record Readings(
    Kind kind,
    boolean endOfStream,
    ByteString body,
    List<Header> headers,
    Optional<List<String>> subsetHint,
    Optional<String> servedEndpoint) {

  /** One field as listed, and what a look-up of its name gives. */
  record Header(String name, String value, @Nullable String lookedUp, boolean present) {}

  private static final Readings MALFORMED =
      new Readings(
          Kind.MALFORMED, false, ByteString.EMPTY, List.of(), Optional.empty(), Optional.empty());

  /** What our reader says. */
  static Readings ours(byte[] bytes) {
    GatewayMessage message = GatewayMessage.parse(bytes);
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < message.headerCount(); i++) {
      String name = message.headerName(i);
      headers.add(
          new Header(
              name,
              message.headerValue(i),
              message.header(lower(name)),
              message.hasHeader(lower(name))));
    }
    return new Readings(
        message.kind(),
        message.endOfStream(),
        ByteString.copyFrom(message.bytes(), message.bodyOffset(), message.bodyLength()),
        headers,
        Optional.ofNullable(message.subsetHint()),
        Optional.ofNullable(message.servedEndpoint()));
  }

  /** What the generated classes say; empty when they object to text that is no UTF-8. */
  static Optional<Readings> generated(byte[] bytes) {
    ProcessingRequest request;
    try {
      request = ProcessingRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return String.valueOf(e.getMessage()).contains("UTF-8")
          ? Optional.empty()
          : Optional.of(MALFORMED);
    }
    return Optional.of(
        switch (request.getRequestCase()) {
          case REQUEST_HEADERS ->
              headers(Kind.REQUEST_HEADERS, request.getRequestHeaders(), request);
          case RESPONSE_HEADERS ->
              headers(Kind.RESPONSE_HEADERS, request.getResponseHeaders(), request);
          case REQUEST_BODY -> body(Kind.REQUEST_BODY, request.getRequestBody(), request);
          case RESPONSE_BODY -> body(Kind.RESPONSE_BODY, request.getResponseBody(), request);
          case REQUEST_TRAILERS ->
              fields(
                  Kind.REQUEST_TRAILERS,
                  false,
                  request.getRequestTrailers().getTrailers(),
                  request);
          case RESPONSE_TRAILERS ->
              fields(
                  Kind.RESPONSE_TRAILERS,
                  false,
                  request.getResponseTrailers().getTrailers(),
                  request);
          case REQUEST_NOT_SET ->
              fields(Kind.EMPTY, false, HeaderMap.getDefaultInstance(), request);
        });
  }

  /** What protobuf's reflective parser says. */
  static Readings reflective(byte[] bytes) {
    try {
      return generated(
              DynamicMessage.parseFrom(ProcessingRequest.getDescriptor(), bytes).toByteArray())
          .orElseThrow();
    } catch (InvalidProtocolBufferException e) {
      return MALFORMED;
    }
  }

  private static Readings headers(Kind kind, HttpHeaders headers, ProcessingRequest request) {
    return fields(kind, headers.getEndOfStream(), headers.getHeaders(), request);
  }

  private static Readings fields(
      Kind kind, boolean endOfStream, HeaderMap map, ProcessingRequest request) {
    Map<String, String> last = new HashMap<>();
    map.getHeadersList().stream()
        .filter(header -> isAscii(header.getKey()))
        .forEach(header -> last.put(lower(header.getKey()), value(header)));
    List<Header> headers = new ArrayList<>();
    for (HeaderValue header : map.getHeadersList()) {
      String found = last.get(lower(header.getKey()));
      headers.add(new Header(header.getKey(), value(header), found, found != null));
    }
    return readings(kind, endOfStream, ByteString.EMPTY, headers, request);
  }

  private static Readings body(Kind kind, HttpBody body, ProcessingRequest request) {
    return readings(kind, body.getEndOfStream(), body.getBody(), List.of(), request);
  }

  private static Readings readings(
      Kind kind,
      boolean endOfStream,
      ByteString body,
      List<Header> headers,
      ProcessingRequest request) {
    return new Readings(
        kind,
        endOfStream,
        body,
        headers,
        metadata(request, "envoy.lb.subset_hint", "x-gateway-destination-endpoint-subset")
            .filter(Value::hasListValue)
            .map(
                value ->
                    value.getListValue().getValuesList().stream()
                        .filter(Value::hasStringValue)
                        .map(Value::getStringValue)
                        .toList()),
        metadata(request, "envoy.lb", "x-gateway-destination-endpoint-served")
            .filter(Value::hasStringValue)
            .map(Value::getStringValue));
  }

  private static Optional<Value> metadata(ProcessingRequest request, String namespace, String key) {
    Struct struct =
        request
            .getMetadataContext()
            .getFilterMetadataMap()
            .getOrDefault(namespace, Struct.getDefaultInstance());
    return Optional.ofNullable(struct.getFieldsMap().get(key));
  }

  private static String value(HeaderValue header) {
    return header.getRawValue().isEmpty() ? header.getValue() : header.getRawValue().toStringUtf8();
  }

  /** Only ASCII names are looked up, and only their letters have a case. */
  private static String lower(String name) {
    return isAscii(name) ? name.toLowerCase(Locale.ROOT) : name;
  }

  private static boolean isAscii(String name) {
    return name.chars().allMatch(letter -> letter < 128);
  }
}
