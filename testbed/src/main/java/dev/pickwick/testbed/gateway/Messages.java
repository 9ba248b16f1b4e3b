package dev.pickwick.testbed.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import dev.pickwick.testbed.http.Field;
import dev.pickwick.testbed.http.Fields;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Parts of messages that both dialects share. */
final class Messages {

  static final String NAMESPACE = "envoy.lb";

  private Messages() {}

  static HeaderValue raw(String name, String value) {
    return HeaderValue.newBuilder()
        .setKey(name.toLowerCase(Locale.ROOT))
        .setRawValue(ByteString.copyFrom(value, StandardCharsets.ISO_8859_1))
        .build();
  }

  static HeaderMap.Builder rawHeaders(Fields fields) {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (Field field : fields) {
      map.addHeaders(raw(field.name(), field.value()));
    }
    return map;
  }

  static HttpBody body(byte[] piece, boolean end) {
    return HttpBody.newBuilder().setBody(ByteString.copyFrom(piece)).setEndOfStream(end).build();
  }

  static HttpTrailers trailers(Fields fields) {
    return HttpTrailers.newBuilder().setTrailers(rawHeaders(fields)).build();
  }

  static Metadata metadata(Struct loadBalancing) {
    return loadBalancing.getFieldsCount() == 0
        ? Metadata.getDefaultInstance()
        : Metadata.newBuilder().putFilterMetadata(NAMESPACE, loadBalancing).build();
  }
}
