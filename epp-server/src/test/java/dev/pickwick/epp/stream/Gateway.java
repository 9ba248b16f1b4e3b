package dev.pickwick.epp.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What gateways send, as the generated classes write it. */
final class Gateway {

  private Gateway() {}

  /** A POST to completions whose body follows; pairs of name and value. */
  static ProcessingRequest post(String... headers) {
    return requestHeaders(false, "POST", "/v1/completions", headers);
  }

  static ProcessingRequest get(String path, String... headers) {
    return requestHeaders(true, "GET", path, headers);
  }

  static ProcessingRequest requestHeaders(
      boolean end, String method, String path, String... headers) {
    HeaderMap.Builder map = fields(headers);
    map.addHeaders(HeaderValue.newBuilder().setKey(":method").setValue(method));
    map.addHeaders(HeaderValue.newBuilder().setKey(":path").setValue(path));
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(end))
        .build();
  }

  static ProcessingRequest requestBody(String text, boolean end) {
    return requestBody(ByteString.copyFromUtf8(text), end);
  }

  static ProcessingRequest requestBody(ByteString bytes, boolean end) {
    return ProcessingRequest.newBuilder()
        .setRequestBody(HttpBody.newBuilder().setBody(bytes).setEndOfStream(end))
        .build();
  }

  static ProcessingRequest requestTrailers() {
    return ProcessingRequest.newBuilder()
        .setRequestTrailers(HttpTrailers.newBuilder().setTrailers(fields("x-checksum", "abc")))
        .build();
  }

  static ProcessingRequest responseHeaders(String... headers) {
    return responseHeaders(false, "200", headers);
  }

  static ProcessingRequest responseHeaders(boolean end, String status, String... headers) {
    HeaderMap.Builder map = fields(headers);
    map.addHeaders(HeaderValue.newBuilder().setKey(":status").setValue(status));
    return ProcessingRequest.newBuilder()
        .setResponseHeaders(HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(end))
        .build();
  }

  static ProcessingRequest responseBody(String text, boolean end) {
    return responseBody(ByteString.copyFromUtf8(text), end);
  }

  static ProcessingRequest responseBody(ByteString bytes, boolean end) {
    return ProcessingRequest.newBuilder()
        .setResponseBody(HttpBody.newBuilder().setBody(bytes).setEndOfStream(end))
        .build();
  }

  static ProcessingRequest responseTrailers() {
    return ProcessingRequest.newBuilder()
        .setResponseTrailers(HttpTrailers.newBuilder().setTrailers(fields("x-checksum", "abc")))
        .build();
  }

  /** The message, and the endpoints that the gateway allows. */
  static ProcessingRequest withSubset(ProcessingRequest message, String... endpoints) {
    Value.Builder list = Value.newBuilder();
    list.getListValueBuilder()
        .addAllValues(
            List.of(endpoints).stream()
                .map(endpoint -> Value.newBuilder().setStringValue(endpoint).build())
                .toList());
    return withMetadata(
        message, "envoy.lb.subset_hint", "x-gateway-destination-endpoint-subset", list.build());
  }

  /** The message, and who has served the request. */
  static ProcessingRequest withServed(ProcessingRequest message, String endpoint) {
    return withMetadata(
        message,
        "envoy.lb",
        "x-gateway-destination-endpoint-served",
        Value.newBuilder().setStringValue(endpoint).build());
  }

  private static ProcessingRequest withMetadata(
      ProcessingRequest message, String namespace, String key, Value value) {
    return message.toBuilder()
        .setMetadataContext(
            Metadata.newBuilder()
                .putFilterMetadata(namespace, Struct.newBuilder().putFields(key, value).build()))
        .build();
  }

  private static HeaderMap.Builder fields(String... pairs) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      map.addHeaders(
          HeaderValue.newBuilder()
              .setKey(pairs[i])
              .setRawValue(ByteString.copyFrom(pairs[i + 1], StandardCharsets.UTF_8)));
    }
    return map;
  }
}
