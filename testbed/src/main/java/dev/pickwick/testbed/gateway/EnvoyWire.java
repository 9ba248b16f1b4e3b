package dev.pickwick.testbed.gateway;

import com.google.protobuf.Struct;
import dev.pickwick.testbed.http.Field;
import dev.pickwick.testbed.http.Fields;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Messages as Envoy 1.40 writes them: pseudo headers first, everything in {@code raw_value}, a
 * metadata context even when empty, the body modes in the first message, trailers instead of the
 * empty end message.
 */
final class EnvoyWire implements Wire {

  private static final byte[] NOTHING = {};
  private static final Set<String> DROPPED =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "expect",
          "x-forwarded-proto");
  private static final ProtocolConfiguration FULL_DUPLEX =
      ProtocolConfiguration.newBuilder()
          .setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
          .setResponseBodyMode(BodySendMode.FULL_DUPLEX_STREAMED)
          .build();

  @Override
  public Fields forwarded(Fields fields) {
    var kept = new Fields();
    for (Field field : fields) {
      if (DROPPED.stream().noneMatch(field::is)) {
        kept.add(field.name(), field.value());
      }
    }
    kept.add("x-forwarded-proto", "http");
    if (!kept.has("x-request-id")) {
      kept.add("x-request-id", UUID.randomUUID().toString());
    }
    return kept;
  }

  @Override
  public ProcessingRequest requestHeaders(
      String method, String scheme, String authority, String path, Fields fields, boolean end) {
    HeaderMap headers =
        HeaderMap.newBuilder()
            .addHeaders(Messages.raw(":authority", authority))
            .addHeaders(Messages.raw(":path", path))
            .addHeaders(Messages.raw(":method", method))
            .addHeaders(Messages.raw(":scheme", scheme))
            .addAllHeaders(Messages.rawHeaders(fields).getHeadersList())
            .build();
    return message(Struct.getDefaultInstance())
        .setRequestHeaders(headers(headers, end))
        .setProtocolConfig(FULL_DUPLEX)
        .build();
  }

  @Override
  public ProcessingRequest requestBody(byte[] piece) {
    return message(Struct.getDefaultInstance()).setRequestBody(Messages.body(piece, false)).build();
  }

  @Override
  public List<ProcessingRequest> requestEnd(Fields trailers) {
    ProcessingRequest.Builder message = message(Struct.getDefaultInstance());
    return List.of(
        trailers.isEmpty()
            ? message.setRequestBody(Messages.body(NOTHING, true)).build()
            : message.setRequestTrailers(Messages.trailers(trailers)).build());
  }

  @Override
  public ProcessingRequest responseHeaders(
      int status, Fields fields, boolean end, Struct metadata) {
    HeaderMap headers =
        HeaderMap.newBuilder()
            .addHeaders(Messages.raw(":status", Integer.toString(status)))
            .addAllHeaders(Messages.rawHeaders(fields).getHeadersList())
            .build();
    return message(metadata).setResponseHeaders(headers(headers, end)).build();
  }

  @Override
  public ProcessingRequest responseBody(byte[] piece, Struct metadata) {
    return message(metadata).setResponseBody(Messages.body(piece, false)).build();
  }

  @Override
  public List<ProcessingRequest> responseEnd(Fields trailers, Struct metadata) {
    return List.of(
        trailers.isEmpty()
            ? message(metadata).setResponseBody(Messages.body(NOTHING, true)).build()
            : message(metadata).setResponseTrailers(Messages.trailers(trailers)).build());
  }

  private static ProcessingRequest.Builder message(Struct metadata) {
    return ProcessingRequest.newBuilder().setMetadataContext(Messages.metadata(metadata));
  }

  private static HttpHeaders headers(HeaderMap headers, boolean end) {
    return HttpHeaders.newBuilder().setHeaders(headers).setEndOfStream(end).build();
  }
}
