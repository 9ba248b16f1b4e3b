package dev.pickwick.proto.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.HeadersResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reply is what the generated classes would have written. */
class ReplyTest {

  private static final Random RANDOM = new Random(4);

  @Test
  void requestHeaders_destination_isInHeaderAndMetadata() {
    Reply reply = Reply.requestHeaders("10.0.0.1:8000", HeaderChanges.NONE);

    assertThat(generated(reply))
        .isEqualTo(
            requestHeaders(
                "10.0.0.1:8000",
                HeaderMutation.newBuilder()
                    .addSetHeaders(overwrite("x-gateway-destination-endpoint", "10.0.0.1:8000"))));
  }

  @Test
  void requestHeaders_changes_comeAfterTheDestination() {
    HeaderChanges changes =
        HeaderChanges.NONE.set("x-inference-pod", "pod-1").remove("x-old").set("x-ü", "größe");

    assertThat(generated(Reply.requestHeaders("[fd00::1]:8000", changes)))
        .isEqualTo(
            requestHeaders(
                "[fd00::1]:8000",
                HeaderMutation.newBuilder()
                    .addSetHeaders(overwrite("x-gateway-destination-endpoint", "[fd00::1]:8000"))
                    .addSetHeaders(overwrite("x-inference-pod", "pod-1"))
                    .addSetHeaders(overwrite("x-ü", "größe"))
                    .addRemoveHeaders("x-old")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, 120, 127, 128, 129, 5_000, 16_383, 16_384, 300_000, 3_000_000})
  void requestHeaders_anyLength_isEncodedExactly(int length) {
    String value = "v".repeat(length);
    HeaderValueOption.Builder destination = overwrite("x-gateway-destination-endpoint", value);

    assertThat(generated(Reply.requestHeaders(value, HeaderChanges.NONE.set(value, value))))
        .isEqualTo(
            requestHeaders(
                value,
                HeaderMutation.newBuilder()
                    .addSetHeaders(destination)
                    .addSetHeaders(overwrite(value, value))));
  }

  @Test
  void responseHeaders_noChanges_hasACommonResponse() {
    assertThat(generated(Reply.responseHeaders(HeaderChanges.NONE)))
        .isEqualTo(
            ProcessingResponse.newBuilder()
                .setResponseHeaders(
                    HeadersResponse.newBuilder().setResponse(CommonResponse.getDefaultInstance()))
                .build());
  }

  @Test
  void responseHeaders_changes_areCarried() {
    HeaderChanges changes = HeaderChanges.NONE.remove("content-length").set("x-inference-pod", "a");

    assertThat(generated(Reply.responseHeaders(changes)))
        .isEqualTo(
            ProcessingResponse.newBuilder()
                .setResponseHeaders(
                    HeadersResponse.newBuilder()
                        .setResponse(
                            CommonResponse.newBuilder()
                                .setHeaderMutation(
                                    HeaderMutation.newBuilder()
                                        .addSetHeaders(overwrite("x-inference-pod", "a"))
                                        .addRemoveHeaders("content-length"))))
                .build());
  }

  @Test
  void responseHeaders_emptyValue_hasNoValueAtAll() {
    assertThat(mutation(HeaderChanges.NONE.set("x-empty", "")))
        .isEqualTo(HeaderMutation.newBuilder().addSetHeaders(overwrite("x-empty", "")).build());
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 1, 100, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128,
        129, 1000, 16_360, 16_370, 16_375, 16_380, 16_384, 61_999, 62_000
      })
  void body_anyLength_isEncodedExactly(int length) {
    byte[] array = new byte[length + 20];
    RANDOM.nextBytes(array);
    ByteString slice = ByteString.copyFrom(array, 7, length);
    for (boolean end : new boolean[] {true, false}) {
      assertThat(generated(Reply.requestBody(array, 7, length, end)))
          .isEqualTo(
              ProcessingResponse.newBuilder()
                  .setRequestBody(BodyResponse.newBuilder().setResponse(streamed(slice, end)))
                  .build());
      assertThat(generated(Reply.responseBody(array, 7, length, end)))
          .isEqualTo(
              ProcessingResponse.newBuilder()
                  .setResponseBody(BodyResponse.newBuilder().setResponse(streamed(slice, end)))
                  .build());
    }
  }

  @Test
  void body_gatheredFromManyArrays_isOneBody() {
    byte[] all = new byte[200_000];
    RANDOM.nextBytes(all);
    Segments held = new Segments();
    for (int i = 0; i < all.length; i += 1000) {
      held.add(all, i, 1000);
    }
    ByteString sent = ByteString.EMPTY;
    for (int from = 0; from < all.length; from += Reply.MAX_BODY_BYTES) {
      int length = Math.min(Reply.MAX_BODY_BYTES, all.length - from);
      ProcessingResponse response =
          generated(Reply.requestBody(held.slice(from, length), from + length == all.length));
      StreamedBodyResponse streamed =
          response.getRequestBody().getResponse().getBodyMutation().getStreamedResponse();
      assertThat(streamed.getEndOfStream()).isEqualTo(from + length == all.length);
      sent = sent.concat(streamed.getBody());
    }

    assertThat(sent).isEqualTo(ByteString.copyFrom(all));
  }

  @Test
  void body_segmentsGrownAfterwards_areNotInTheReply() {
    Segments held = Segments.of(new byte[] {'a'}, 0, 1);
    Reply reply = Reply.requestBody(held, false);
    held.add(new byte[] {'b'}, 0, 1);

    assertThat(generated(reply).getRequestBody().getResponse())
        .isEqualTo(streamed(ByteString.copyFromUtf8("a"), false).build());
  }

  @Test
  void body_tooLong_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reply.requestBody(new byte[62_001], 0, 62_001, true))
        .withMessage("body: 62001 bytes (expected: at most 62000)");
  }

  @Test
  void trailers_bothWays_areEmpty() {
    assertThat(generated(Reply.requestTrailers()))
        .isEqualTo(
            ProcessingResponse.newBuilder()
                .setRequestTrailers(TrailersResponse.getDefaultInstance())
                .build());
    assertThat(generated(Reply.responseTrailers()))
        .isEqualTo(
            ProcessingResponse.newBuilder()
                .setResponseTrailers(TrailersResponse.getDefaultInstance())
                .build());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 127, 128, 200, 400, 413, 429, 503, 999})
  void immediate_status_headersAndBody(int status) {
    HeaderChanges headers = HeaderChanges.NONE.set("content-type", "text/plain");
    String body = "inference error: BadRequest - größer";

    assertThat(generated(Reply.immediate(status, body, headers)))
        .isEqualTo(
            ProcessingResponse.newBuilder()
                .setImmediateResponse(
                    ImmediateResponse.newBuilder()
                        .setStatus(httpStatus(status))
                        .setHeaders(
                            HeaderMutation.newBuilder()
                                .addSetHeaders(overwrite("content-type", "text/plain")))
                        .setBody(ByteString.copyFromUtf8(body)))
                .build());
  }

  @Test
  void immediate_nothingButStatus_isAccepted() {
    assertThat(generated(Reply.immediate(503, "", HeaderChanges.NONE)))
        .isEqualTo(
            ProcessingResponse.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder().setStatus(httpStatus(503)))
                .build());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 1000})
  void immediate_statusOutside_isRefused(int status) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Reply.immediate(status, "", HeaderChanges.NONE))
        .withMessage("status: " + status + " (expected: 100 to 999)");
  }

  @Test
  void headerChanges_derivedValues_leaveTheOriginalAlone() {
    HeaderChanges base = HeaderChanges.NONE.set("a", "1");
    HeaderChanges derived = base.set("b", "2");

    assertThat(HeaderChanges.NONE.isEmpty()).isTrue();
    assertThat(base.isEmpty()).isFalse();
    assertThat(mutation(base))
        .isEqualTo(HeaderMutation.newBuilder().addSetHeaders(overwrite("a", "1")).build());
    assertThat(mutation(derived).getSetHeadersCount()).isEqualTo(2);
  }

  private static HeaderMutation mutation(HeaderChanges changes) {
    return generated(Reply.responseHeaders(changes))
        .getResponseHeaders()
        .getResponse()
        .getHeaderMutation();
  }

  /** The reply as the generated classes read it, both from its array and as it is drained. */
  private static ProcessingResponse generated(Reply reply) {
    ByteArrayOutputStream drained = new ByteArrayOutputStream();
    try {
      ReplyStream stream = new ReplyStream(reply);
      int announced = stream.available();
      assertThat(stream.drainTo(drained)).isEqualTo(announced).isEqualTo(reply.size());
      assertThat(stream.available()).isZero();
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(drained.toByteArray()).isEqualTo(reply.toByteArray());
      ProcessingResponse response = ProcessingResponse.parseFrom(reply.toByteArray());
      assertThat(response.getSerializedSize()).isEqualTo(reply.size());
      return response;
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("reply is no ProcessingResponse", e);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ProcessingResponse requestHeaders(
      String destination, HeaderMutation.Builder mutation) {
    Struct balancer =
        Struct.newBuilder().putFields("x-gateway-destination-endpoint", text(destination)).build();
    return ProcessingResponse.newBuilder()
        .setRequestHeaders(
            HeadersResponse.newBuilder()
                .setResponse(
                    CommonResponse.newBuilder()
                        .setClearRouteCache(true)
                        .setHeaderMutation(mutation)))
        .setDynamicMetadata(
            Struct.newBuilder()
                .putFields("envoy.lb", Value.newBuilder().setStructValue(balancer).build()))
        .build();
  }

  @SuppressWarnings("AvoidValueSetter") // Statuses without a name in the enum are wanted here.
  private static HttpStatus httpStatus(int code) {
    return HttpStatus.newBuilder().setCodeValue(code).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static HeaderValueOption.Builder overwrite(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(
            HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value)))
        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
  }

  private static CommonResponse.Builder streamed(ByteString body, boolean endOfStream) {
    return CommonResponse.newBuilder()
        .setBodyMutation(
            BodyMutation.newBuilder()
                .setStreamedResponse(
                    StreamedBodyResponse.newBuilder().setBody(body).setEndOfStream(endOfStream)));
  }
}
