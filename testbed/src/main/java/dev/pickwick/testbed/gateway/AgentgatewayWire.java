package dev.pickwick.testbed.gateway;

import com.google.protobuf.Struct;
import dev.pickwick.testbed.http.Fields;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Messages as agentgateway 1.2.1 writes them: ordinary headers in {@code raw_value}, then pseudo
 * headers in {@code value}; every body ends with an empty message of its own, trailers or not.
 */
final class AgentgatewayWire implements Wire {

  private static final byte[] NOTHING = {};

  @Override
  public Fields forwarded(Fields fields) {
    var kept = new Fields(fields).swapRemove("host");
    for (String nominated : nominated(fields)) {
      kept.swapRemove(nominated);
    }
    for (String hop : List.of("connection", "keep-alive", "proxy-connection")) {
      kept.swapRemove(hop);
    }
    if (!kept.lists("te", "trailers")) {
      kept.swapRemove("te");
    }
    for (String hop : List.of("trailer", "transfer-encoding", "upgrade", "proxy-authenticate")) {
      kept.swapRemove(hop);
    }
    return kept.swapRemove("proxy-authorization");
  }

  @Override
  public ProcessingRequest requestHeaders(
      String method, String scheme, String authority, String path, Fields fields, boolean end) {
    HeaderMap headers =
        Messages.rawHeaders(fields)
            .addHeaders(text(":method", method))
            .addHeaders(text(":scheme", scheme))
            .addHeaders(text(":authority", authority))
            .addHeaders(text(":path", path))
            .build();
    return ProcessingRequest.newBuilder().setRequestHeaders(headers(headers, end)).build();
  }

  @Override
  public ProcessingRequest requestBody(byte[] piece) {
    return ProcessingRequest.newBuilder().setRequestBody(Messages.body(piece, false)).build();
  }

  @Override
  public List<ProcessingRequest> requestEnd(Fields trailers) {
    var messages = new ArrayList<ProcessingRequest>();
    if (!trailers.isEmpty()) {
      messages.add(
          ProcessingRequest.newBuilder().setRequestTrailers(Messages.trailers(trailers)).build());
    }
    messages.add(
        ProcessingRequest.newBuilder().setRequestBody(Messages.body(NOTHING, true)).build());
    return messages;
  }

  @Override
  public ProcessingRequest responseHeaders(
      int status, Fields fields, boolean end, Struct metadata) {
    HeaderMap headers =
        Messages.rawHeaders(fields).addHeaders(text(":status", Integer.toString(status))).build();
    return ProcessingRequest.newBuilder()
        .setResponseHeaders(headers(headers, end))
        .setMetadataContext(Messages.metadata(metadata))
        .build();
  }

  @Override
  public ProcessingRequest responseBody(byte[] piece, Struct metadata) {
    return ProcessingRequest.newBuilder()
        .setResponseBody(Messages.body(piece, false))
        .setMetadataContext(Messages.metadata(metadata))
        .build();
  }

  @Override
  public List<ProcessingRequest> responseEnd(Fields trailers, Struct metadata) {
    var messages = new ArrayList<ProcessingRequest>();
    if (!trailers.isEmpty()) {
      messages.add(
          ProcessingRequest.newBuilder()
              .setResponseTrailers(Messages.trailers(trailers))
              .setMetadataContext(Messages.metadata(metadata))
              .build());
    }
    messages.add(
        ProcessingRequest.newBuilder()
            .setResponseBody(Messages.body(NOTHING, true))
            .setMetadataContext(Messages.metadata(metadata))
            .build());
    return messages;
  }

  private static List<String> nominated(Fields fields) {
    var names = new ArrayList<String>();
    fields.stream()
        .filter(field -> field.is("connection"))
        .flatMap(field -> List.of(field.value().split(",", -1)).stream())
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty() && !name.equals("close") && !name.equals("te"))
        .forEach(names::add);
    return names;
  }

  private static HeaderValue text(String name, String value) {
    return HeaderValue.newBuilder().setKey(name).setValue(value).build();
  }

  private static HttpHeaders headers(HeaderMap headers, boolean end) {
    return HttpHeaders.newBuilder().setHeaders(headers).setEndOfStream(end).build();
  }
}
