package dev.pickwick.epp.stream;

import dev.pickwick.proto.extproc.GatewayMessage;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One conversation on a fake call, and what came back. */
final class Talk {

  private final FakeCall call = new FakeCall();

  /** A stream that has just been opened by a peer that reads. */
  Talk(StreamServices services, LoopState loop) {
    RequestStream stream = new RequestStream(call, services, loop);
    stream.start();
    call.listen(stream);
  }

  Talk send(ProcessingRequest... messages) {
    for (ProcessingRequest message : messages) {
      call.arrive(GatewayMessage.parse(message.toByteArray()));
    }
    return this;
  }

  Talk sendBytes(byte[] message) {
    call.arrive(GatewayMessage.parse(message));
    return this;
  }

  Talk halfClose() {
    call.arriveHalfClose();
    return this;
  }

  Talk cancel() {
    call.cancel();
    return this;
  }

  FakeCall call() {
    return call;
  }

  /** The kinds of all replies in order, an end flag marked by a full stop. */
  List<String> kinds() {
    List<String> kinds = new ArrayList<>();
    for (ProcessingResponse reply : call.replies()) {
      String kind = reply.getResponseCase().name().toLowerCase(java.util.Locale.ROOT);
      kinds.add(streamed(reply).getEndOfStream() ? kind + "." : kind);
    }
    return kinds;
  }

  /** How the stream was ended by us; null while it is open. */
  Status.@Nullable Code closed() {
    Status status = call.closed();
    return status == null ? null : status.getCode();
  }

  String requestBody() {
    StringBuilder body = new StringBuilder();
    for (ProcessingResponse reply : call.replies()) {
      if (reply.hasRequestBody()) {
        body.append(streamed(reply).getBody().toStringUtf8());
      }
    }
    return body.toString();
  }

  String responseBody() {
    StringBuilder body = new StringBuilder();
    for (ProcessingResponse reply : call.replies()) {
      if (reply.hasResponseBody()) {
        body.append(streamed(reply).getBody().toStringUtf8());
      }
    }
    return body.toString();
  }

  /** Sizes of the body replies of the request. */
  List<Integer> requestPieces() {
    return call.replies().stream()
        .filter(ProcessingResponse::hasRequestBody)
        .map(reply -> streamed(reply).getBody().size())
        .toList();
  }

  @Nullable String requestHeader(String name) {
    return header(first(ProcessingResponse::hasRequestHeaders), name);
  }

  @Nullable String responseHeader(String name) {
    return header(first(ProcessingResponse::hasResponseHeaders), name);
  }

  List<String> removedResponseHeaders() {
    return first(ProcessingResponse::hasResponseHeaders)
        .getResponseHeaders()
        .getResponse()
        .getHeaderMutation()
        .getRemoveHeadersList();
  }

  @Nullable String destination() {
    return requestHeader("x-gateway-destination-endpoint");
  }

  ImmediateResponse immediate() {
    return first(ProcessingResponse::hasImmediateResponse).getImmediateResponse();
  }

  @Nullable String immediateHeader(String name) {
    return header(immediate().getHeaders(), name);
  }

  private ProcessingResponse first(java.util.function.Predicate<ProcessingResponse> kind) {
    return call.replies().stream().filter(kind).findFirst().orElseThrow();
  }

  private static @Nullable String header(ProcessingResponse reply, String name) {
    return header(common(reply).getHeaderMutation(), name);
  }

  private static @Nullable String header(HeaderMutation mutation, String name) {
    return mutation.getSetHeadersList().stream()
        .map(HeaderValueOption::getHeader)
        .filter(header -> header.getKey().equals(name))
        .map(header -> header.getRawValue().toStringUtf8())
        .findFirst()
        .orElse(null);
  }

  private static StreamedBodyResponse streamed(ProcessingResponse reply) {
    return common(reply).getBodyMutation().getStreamedResponse();
  }

  private static CommonResponse common(ProcessingResponse reply) {
    return switch (reply.getResponseCase()) {
      case REQUEST_HEADERS -> reply.getRequestHeaders().getResponse();
      case REQUEST_BODY -> reply.getRequestBody().getResponse();
      case RESPONSE_HEADERS -> reply.getResponseHeaders().getResponse();
      case RESPONSE_BODY -> reply.getResponseBody().getResponse();
      default -> CommonResponse.getDefaultInstance();
    };
  }
}
