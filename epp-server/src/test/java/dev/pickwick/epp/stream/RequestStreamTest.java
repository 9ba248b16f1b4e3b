package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.get;
import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static dev.pickwick.epp.stream.Gateway.requestHeaders;
import static dev.pickwick.epp.stream.Gateway.requestTrailers;
import static dev.pickwick.epp.stream.Gateway.responseBody;
import static dev.pickwick.epp.stream.Gateway.responseHeaders;
import static dev.pickwick.epp.stream.Gateway.responseTrailers;
import static dev.pickwick.epp.stream.Gateway.withServed;
import static dev.pickwick.epp.stream.Gateway.withSubset;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.stream.StreamEvents.End;
import dev.pickwick.proto.extproc.GatewayMessage;
import dev.pickwick.proto.extproc.Reply;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestStreamTest {

  private static final String BODY = "{\"model\":\"m\",\"prompt\":\"p\"}";

  private final FakeLoop loop = new FakeLoop();
  private final Pool pool = new Pool(3, loop);
  private final BodyBudget budget = new BodyBudget(10_000_000, loop);
  private final RecordedEvents events = new RecordedEvents();
  private final LoopState state =
      new LoopState(loop, pool.scheduler.newPass(), budget.lane(loop, 65_536));

  private Talk talk() {
    return new Talk(pool.services(budget, events), state);
  }

  /** Whatever a test does to its streams, nothing may be left when they are gone. */
  @AfterEach
  void nothingIsLeft() {
    if (events.open == 0) {
      assertThat(pool.endpoints.inFlight()).isZero();
      assertThat(budget.used()).isZero();
      assertThat(events.running).isZero();
    }
  }

  // Request phase.

  @Test
  void post_agentgatewayShape_isRoutedWithItsBytes() {
    Talk talk = talk().send(post(), requestBody(BODY, false), requestBody("", true));

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
    assertThat(talk.destination()).isEqualTo("10.0.0.1:8000");
    assertThat(talk.requestBody()).isEqualTo(BODY);
    assertThat(talk.closed()).isNull();
    assertThat(pool.endpoints.inFlight()).isEqualTo(1);
    assertThat(events.running).isEqualTo(1);
  }

  @Test
  void post_envoyShape_isRoutedWithItsBytes() {
    Talk talk =
        talk()
            .send(
                post(),
                requestBody(BODY.substring(0, 9), false),
                requestBody(BODY.substring(9), true));

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
    assertThat(talk.requestBody()).isEqualTo(BODY);
  }

  @Test
  void post_headersReply_namesTheDestinationTwiceAndRoutesAnew() {
    Talk talk = talk().send(post(), requestBody(BODY, true));

    ProcessingResponse reply = talk.call().replies().getFirst();
    assertThat(reply.getRequestHeaders().getResponse().getClearRouteCache()).isTrue();
    assertThat(
            reply
                .getDynamicMetadata()
                .getFieldsOrThrow("envoy.lb")
                .getStructValue()
                .getFieldsOrThrow("x-gateway-destination-endpoint")
                .getStringValue())
        .isEqualTo(talk.destination());
  }

  @Test
  void post_nothingChanged_setsNoContentLength() {
    Talk talk = talk().send(post("x-request-id", "r-1"), requestBody(BODY, true));

    assertThat(talk.requestHeader("content-length")).isNull();
    assertThat(talk.requestHeader("x-request-id")).isNull();
    assertThat(events.scheduled.getFirst().id()).isEqualTo("r-1");
  }

  @Test
  void post_withoutRequestId_getsOne() {
    Talk talk = talk().send(post(), requestBody(BODY, true));

    assertThat(talk.requestHeader("x-request-id"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        .isEqualTo(events.scheduled.getFirst().id());
  }

  @Test
  void get_headersOnly_isRoutedAtOnce() {
    Talk talk = talk().send(get("/v1/models"));

    assertThat(talk.kinds()).containsExactly("request_headers");
    assertThat(talk.destination()).isEqualTo("10.0.0.1:8000");
    assertThat(events.scheduled.getFirst().model()).isEmpty();
  }

  @Test
  void get_noEndpoint_is503() {
    pool.resize(0);

    Talk talk = talk().send(get("/v1/models"));

    assertThat(talk.kinds()).containsExactly("immediate_response");
    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(talk.closed()).isEqualTo(Status.Code.OK);
  }

  @Test
  void post_emptyBodyAfterHeaders_is400() {
    Talk talk = talk().send(post(), requestBody("", true));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(400);
    assertThat(talk.immediate().getBody().toStringUtf8())
        .isEqualTo("inference error: BadRequest - unexpected end of JSON input");
    assertThat(talk.immediateHeader("content-type")).isEqualTo("text/plain");
    assertThat(talk.immediateHeader("x-llm-d-request-dropped-reason")).isNull();
    assertThat(talk.closed()).isEqualTo(Status.Code.OK);
    assertThat(events.failures).containsExactly("BadRequest");
    assertThat(events.ends).containsExactly(End.REFUSED);
  }

  @Test
  void post_afterRefusal_saysNothingMore() {
    Talk talk =
        talk().send(post(), requestBody("{}", true), requestBody(BODY, true), responseHeaders());

    assertThat(talk.kinds()).containsExactly("immediate_response");
  }

  @Test
  void post_noEndpoint_is503WithReason() {
    pool.resize(0);

    Talk talk = talk().send(post(), requestBody(BODY, true));

    assertThat(talk.immediate().getBody().toStringUtf8())
        .isEqualTo(
            "inference error: ServiceUnavailable - failed to find endpoint candidates for serving"
                + " the request");
    assertThat(talk.immediateHeader("x-llm-d-request-dropped-reason"))
        .isEqualTo("rejected-no-endpoints");
  }

  @Test
  void post_filtersLeaveNothing_is429WithReason() {
    pool.filterAll();

    Talk talk = talk().send(post(), requestBody(BODY, true));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(429);
    assertThat(talk.immediate().getBody().toStringUtf8())
        .isEqualTo(
            "inference error: ResourceExhausted - failed to find target endpoint: failed to run"
                + " scheduler profile 'default'");
    assertThat(talk.immediateHeader("x-llm-d-request-dropped-reason"))
        .isEqualTo("rejected-saturated");
  }

  @ParameterizedTest
  @CsvSource({"0,1", "61000,1", "62000,1", "62001,2", "63000,2", "125000,3"})
  void post_longBody_isCutIntoPieces(int padding, int pieces) {
    int filler = Math.max(0, padding - BODY.length());
    String body = BODY + " ".repeat(filler);

    Talk talk = talk().send(post());
    for (int i = 0; i < body.length(); i += 16_384) {
      talk.send(requestBody(body.substring(i, Math.min(body.length(), i + 16_384)), false));
    }
    talk.send(requestBody("", true));

    assertThat(talk.requestPieces()).hasSize(pieces).allMatch(size -> size <= 62_000);
    assertThat(talk.requestBody()).isEqualTo(body);
    assertThat(talk.kinds()).filteredOn("request_body."::equals).hasSize(1);
    assertThat(talk.kinds()).last().isEqualTo("request_body.");
  }

  @Test
  void post_modelRewriteHeader_isSplicedAndLengthened() {
    Talk talk =
        talk()
            .send(
                post("x-gateway-model-name-rewrite", "qwen-7b-v2", "content-length", "26"),
                requestBody(BODY, true));

    assertThat(talk.requestBody()).isEqualTo("{\"model\":\"qwen-7b-v2\",\"prompt\":\"p\"}");
    assertThat(talk.requestHeader("content-length")).isEqualTo("35");
    assertThat(events.scheduled.getFirst().model()).isEqualTo("qwen-7b-v2");
    assertThat(events.scheduled.getFirst().incomingModel()).isEqualTo("m");
    assertThat(events.sentBytes).isEqualTo(35);
  }

  @Test
  void post_rewriteOfSameLength_keepsContentLength() {
    Talk talk = talk().send(post("x-gateway-model-name-rewrite", "n"), requestBody(BODY, true));

    assertThat(talk.requestBody()).isEqualTo("{\"model\":\"n\",\"prompt\":\"p\"}");
    assertThat(talk.requestHeader("content-length")).isNull();
  }

  @Test
  void post_rewriteThatIsTooLong_is400() {
    Talk talk =
        talk()
            .send(post("x-gateway-model-name-rewrite", "n".repeat(1_025)), requestBody(BODY, true));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(400);
    assertThat(talk.immediate().getBody().toStringUtf8())
        .isEqualTo(
            "inference error: BadRequest - invalid x-gateway-model-name-rewrite: must not be longer"
                + " than 1024 bytes");
  }

  @Test
  void error_wherever_endsTheStreamAndGivesEverythingBack() {
    for (int failing = 1; failing <= 4; failing++) {
      int last = failing;
      int[] sent = {0};
      FakeCall call =
          new FakeCall() {
            @Override
            public void sendMessage(Reply reply) {
              if (++sent[0] <= last) {
                throw new LinkageError("as asked");
              }
              super.sendMessage(reply);
            }
          };
      RequestStream stream = new RequestStream(call, pool.services(budget, events), state);
      stream.start();
      call.listen(stream);
      call.arrive(GatewayMessage.parse(post().toByteArray()));
      call.arrive(GatewayMessage.parse(requestBody(BODY, true).toByteArray()));

      assertThat(call.closed()).isNotNull();
      assertThat(events.open).isZero();
      assertThat(events.bugs).isNotEmpty();
      assertThat(pool.endpoints.inFlight()).isZero();
      assertThat(budget.used()).isZero();
    }
  }

  @Test
  void expire_errorWhileRefusing_endsTheStream() {
    FakeCall call =
        new FakeCall() {
          @Override
          public void sendMessage(Reply reply) {
            throw new LinkageError("as asked");
          }
        };
    RequestStream stream = new RequestStream(call, pool.services(budget, events), state);
    stream.start();
    call.listen(stream);
    call.arrive(GatewayMessage.parse(post().toByteArray()));
    call.arrive(GatewayMessage.parse(requestBody("x", false).toByteArray()));

    stream.expire();

    assertThat(call.closed()).extracting(Status::getCode).isEqualTo(Status.Code.INTERNAL);
    assertThat(events.ends).containsExactly(End.BROKEN);
    assertThat(budget.used()).isZero();
  }

  @Test
  void post_severalPicked_areListed() {
    pool.picks = 3;

    Talk talk = talk().send(post(), requestBody(BODY, true));

    assertThat(talk.destination()).isEqualTo("10.0.0.1:8000,10.0.0.2:8000,10.0.0.3:8000");
  }

  @Test
  void post_subsetOnHeadersOnly_isHonoured() {
    Talk talk = talk().send(withSubset(post(), "10.0.0.2:8000"), requestBody(BODY, true));

    assertThat(talk.destination()).isEqualTo("10.0.0.2:8000");
  }

  @Test
  void post_subsetOnLastBodyMessage_isHonoured() {
    Talk talk = talk().send(post(), withSubset(requestBody(BODY, true), "10.0.0.3:8000"));

    assertThat(talk.destination()).isEqualTo("10.0.0.3:8000");
  }

  @Test
  void get_subset_isHonoured() {
    Talk talk = talk().send(withSubset(get("/v1/models"), "10.0.0.3"));

    assertThat(talk.destination()).isEqualTo("10.0.0.3:8000");
  }

  @Test
  void post_emptySubset_is503() {
    Talk talk = talk().send(withSubset(post(), new String[0]), requestBody(BODY, true));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(503);
  }

  @Test
  void post_trailersEndTheBody_bodyLeavesWithoutEndFlag() {
    Talk talk = talk().send(post(), requestBody(BODY, false), requestTrailers());

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body", "request_trailers");
    assertThat(talk.requestBody()).isEqualTo(BODY);
  }

  @Test
  void post_emptyEndMessageAfterTrailers_getsTheEndFlag() {
    Talk talk =
        talk().send(post(), requestBody(BODY, false), requestTrailers(), requestBody("", true));

    assertThat(talk.kinds())
        .containsExactly("request_headers", "request_body", "request_trailers", "request_body.");
  }

  @Test
  void post_trailersWithoutBody_is400() {
    Talk talk = talk().send(post(), requestTrailers());

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(400);
  }

  @Test
  void post_overTheLimit_is413() {
    Talk talk = talk().send(post());
    String chunk = " ".repeat(300_000);

    talk.send(requestBody(chunk, false), requestBody(chunk, false), requestBody(chunk, false));
    assertThat(talk.closed()).isNull();
    talk.send(requestBody(chunk, false));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(413);
    assertThat(talk.immediate().getBody().toStringUtf8())
        .isEqualTo("inference error: PayloadTooLarge - request body exceeds 1000000 bytes");
    assertThat(budget.used()).isZero();
  }

  @Test
  void post_announcesTooMuch_is413AtOnce() {
    Talk talk = talk().send(post("content-length", "1000001"));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource({"1000000", "x", "-5", "''", "99999999999999999999999999"})
  void post_oddContentLength_isNoReasonToRefuse(String length) {
    Talk talk = talk().send(post("content-length", length), requestBody(BODY, true));

    assertThat(talk.destination()).isNotNull();
  }

  @Test
  void requestHeaders_second_areIgnored() {
    Talk talk = talk().send(post(), post(), requestBody(BODY, true), post(), get("/"));

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
  }

  @Test
  void requestBody_afterItsEnd_isIgnored() {
    Talk talk = talk().send(post(), requestBody(BODY, true), requestBody(BODY, true));

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
    assertThat(talk.requestBody()).isEqualTo(BODY);
  }

  @Test
  void requestBody_withoutHeaders_isRouted() {
    Talk talk = talk().send(requestBody(BODY, true));

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
  }

  @Test
  void requestTrailers_alone_areIgnored() {
    assertThat(talk().send(requestTrailers()).kinds()).isEmpty();
  }

  @Test
  void emptyMessage_isIgnored() {
    Talk talk =
        talk().send(post(), ProcessingRequest.getDefaultInstance(), requestBody(BODY, true));

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
  }

  @Test
  void malformedMessage_endsTheCall() {
    Talk talk = talk().send(post()).sendBytes(new byte[] {18, 127, 1, 2});

    assertThat(talk.closed()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(events.malformed).hasSize(1);
    assertThat(events.bugs).isEmpty();
    assertThat(events.ends).containsExactly(End.BROKEN);
  }

  @Test
  void bugWhileReading_is500AndEndsOnlyThisStream() {
    Talk talk = talk().send(post(), requestBody("explode", true));

    assertThat(talk.immediate().getStatus().getCodeValue()).isEqualTo(500);
    assertThat(events.bugs).hasSize(1);
    assertThat(talk().send(post(), requestBody(BODY, true)).destination()).isNotNull();
  }

  // Response phase.

  private Talk routed(String... requestHeaders) {
    return talk().send(post(requestHeaders), requestBody(BODY, true));
  }

  @Test
  void response_agentgatewayShape_passesAtOnce() {
    Talk talk = routed().send(responseHeaders("content-type", "application/json"));
    assertThat(talk.responseHeader("x-inference-pod")).isEqualTo("pod-1");

    talk.send(responseBody("{\"a\":", false));
    assertThat(talk.responseBody()).isEqualTo("{\"a\":");
    talk.send(responseBody("1}", false), responseBody("", true));

    assertThat(talk.responseBody()).isEqualTo("{\"a\":1}");
    assertThat(talk.kinds())
        .containsExactly(
            "request_headers",
            "request_body.",
            "response_headers",
            "response_body",
            "response_body",
            "response_body.");
    assertThat(pool.endpoints.inFlight()).isZero();
    assertThat(talk.halfClose().closed()).isEqualTo(Status.Code.OK);
    assertThat(events.ends).containsExactly(End.COMPLETED);
  }

  @Test
  void response_completed_isTold() {
    loop.advance(java.time.Duration.ofMillis(3));
    Talk talk = routed();
    loop.advance(java.time.Duration.ofMillis(250));
    talk.send(responseHeaders(), responseBody("{\"a\":1}", true));

    StreamEvents.Response response = events.responses.getFirst();
    assertThat(response.model()).isEqualTo("m");
    assertThat(response.targetModel()).isEqualTo("m");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.responseBytes()).isEqualTo(7);
    assertThat(response.durationNanos()).isEqualTo(250_000_000);
  }

  @Test
  void response_servedByAnother_namesThatPod() {
    Talk talk = routed().send(withServed(responseHeaders(), "10.0.0.3:8000"));

    assertThat(talk.responseHeader("x-inference-pod")).isEqualTo("pod-3");
  }

  @Test
  void response_servedByAStranger_namesThePickedPod() {
    Talk talk = routed().send(withServed(responseHeaders(), "192.0.2.1:80"));

    assertThat(talk.responseHeader("x-inference-pod")).isEqualTo("pod-1");
  }

  @Test
  void response_podAlreadyNamed_isKept() {
    Talk talk = routed().send(responseHeaders("x-inference-pod", "sim-7"));

    assertThat(talk.responseHeader("x-inference-pod")).isNull();
    assertThat(talk.kinds()).contains("response_headers");
  }

  @Test
  void response_headersOnly_isComplete() {
    Talk talk = routed().send(responseHeaders(true, "204"));

    assertThat(talk.call().replies().getLast().getResponseHeaders().hasResponse()).isTrue();
    assertThat(pool.endpoints.inFlight()).isZero();
    assertThat(talk.halfClose().closed()).isEqualTo(Status.Code.OK);
  }

  @Test
  void response_successOtherThan200_isNoError() {
    routed().send(responseHeaders(true, "204"));

    assertThat(events.failures).isEmpty();
  }

  @Test
  void response_errorStatus_isCounted() {
    routed().send(responseHeaders(false, "404"), responseBody("no", true));

    assertThat(events.failures).containsExactly("ModelServerError");
    assertThat(events.responses.getFirst().status()).isEqualTo(404);
  }

  @Test
  void response_trailers_bodyHasNoEndFlagAndTrailersAreAnswered() {
    Talk talk = routed().send(responseHeaders(), responseBody("x", false), responseTrailers());

    assertThat(talk.kinds())
        .containsSubsequence("response_headers", "response_body", "response_trailers");
    assertThat(pool.endpoints.inFlight()).isZero();

    talk.send(responseBody("", true));
    assertThat(talk.kinds()).last().isEqualTo("response_body.");
    talk.send(responseBody("", true), responseTrailers(), responseHeaders());
    assertThat(talk.kinds()).hasSize(6);
  }

  @Test
  void response_withoutRequest_isAnswered() {
    Talk talk = talk().send(responseHeaders(), responseBody("x", true)).halfClose();

    assertThat(talk.kinds()).containsExactly("response_headers", "response_body.");
    assertThat(talk.responseHeader("x-inference-pod")).isNull();
    assertThat(talk.closed()).isEqualTo(Status.Code.OK);
    assertThat(events.responses.getFirst().durationNanos()).isZero();
  }

  @Test
  void response_largeMessage_isCut() {
    Talk talk = routed().send(responseHeaders(), responseBody("y".repeat(200_000), true));

    assertThat(talk.responseBody()).hasSize(200_000);
    assertThat(talk.kinds()).filteredOn("response_body"::equals).hasSize(3);
  }

  @Test
  void response_renamed_losesItsContentLength() {
    Talk talk =
        routed("x-gateway-model-name-rewrite", "other")
            .send(responseHeaders("content-type", "application/json", "content-length", "10"));

    assertThat(talk.removedResponseHeaders()).containsExactly("content-length");
  }

  @Test
  void response_renamedButCompressed_keepsItsContentLength() {
    Talk talk =
        routed("x-gateway-model-name-rewrite", "other")
            .send(
                responseHeaders(
                    "content-type", "application/json",
                    "content-encoding", "gzip",
                    "content-length", "10"));

    assertThat(talk.removedResponseHeaders()).isEmpty();
  }

  @Test
  void response_notRenamed_keepsItsContentLength() {
    Talk talk = routed().send(responseHeaders("content-length", "10"));

    assertThat(talk.removedResponseHeaders()).isEmpty();
  }

  @Test
  void requestMessages_duringTheResponse_areTolerated() {
    Talk talk =
        routed().send(responseHeaders(), requestBody("late", true), post(), requestTrailers());
    talk.send(responseBody("x", true));

    assertThat(talk.responseBody()).isEqualTo("x");
    assertThat(talk.closed()).isNull();
  }

  // Ends.

  @Test
  void halfClose_atOnce_completes() {
    assertThat(talk().halfClose().closed()).isEqualTo(Status.Code.OK);
    assertThat(events.ends).containsExactly(End.ABANDONED);
  }

  @Test
  void halfClose_inTheBody_completesAndForgets() {
    Talk talk = talk().send(post(), requestBody("{\"mod", false)).halfClose();

    assertThat(talk.kinds()).isEmpty();
    assertThat(talk.closed()).isEqualTo(Status.Code.OK);
    assertThat(budget.used()).isZero();
  }

  @Test
  void halfClose_beforeTheResponse_completesAndReleases() {
    Talk talk = routed();
    assertThat(pool.endpoints.inFlight()).isEqualTo(1);

    assertThat(talk.halfClose().closed()).isEqualTo(Status.Code.OK);
    assertThat(pool.endpoints.inFlight()).isZero();
    assertThat(events.ends).containsExactly(End.ABANDONED);
  }

  @Test
  void halfClose_whileRepliesArePending_waitsForThem() {
    Talk talk = talk();
    talk.call().allow(1);
    talk.send(post(), requestBody(BODY, true)).halfClose();
    assertThat(talk.kinds()).containsExactly("request_headers");
    assertThat(talk.closed()).isNull();

    talk.call().allow(10);

    assertThat(talk.kinds()).containsExactly("request_headers", "request_body.");
    assertThat(talk.closed()).isEqualTo(Status.Code.OK);
  }

  @Test
  void cancel_afterTheResponse_isSuccess() {
    routed().send(responseHeaders(), responseBody("x", true)).cancel();

    assertThat(events.ends).containsExactly(End.COMPLETED);
    assertThat(events.failures).isEmpty();
  }

  @Test
  void cancel_afterTheResponseButBeforeItsLastReply_isSuccess() {
    Talk talk = routed().send(responseHeaders());
    talk.call().allow(0);
    talk.call().allow(1);
    talk.send(responseBody("x".repeat(100_000), true)).cancel();

    assertThat(events.ends).containsExactly(End.COMPLETED);
    assertThat(budget.used()).isZero();
  }

  @Test
  void cancel_beforeTheResponse_releases() {
    routed().cancel();

    assertThat(events.ends).containsExactly(End.ABANDONED);
    assertThat(pool.endpoints.inFlight()).isZero();
  }

  // Back-pressure.

  @Test
  void stalledReader_isNotRead() {
    Talk talk = routed().send(responseHeaders());
    talk.call().allow(1);
    for (int i = 0; i < 10; i++) {
      talk.send(responseBody("chunk", false));
    }

    assertThat(talk.call().unread()).isEqualTo(9);
    talk.call().allow(100);
    assertThat(talk.call().unread()).isZero();
    assertThat(talk.responseBody()).isEqualTo("chunk".repeat(10));
  }

  @Test
  void stalledReader_bodyIsWrittenInSteps() {
    Talk talk = talk();
    talk.call().allow(2);
    talk.send(post(), requestBody(BODY + " ".repeat(200_000), true));
    assertThat(talk.requestPieces()).containsExactly(62_000);
    long held = budget.used();
    assertThat(held).isGreaterThan(200_000);

    talk.call().allow(1);
    assertThat(talk.requestPieces()).hasSize(2);
    assertThat(events.running).isZero();
    talk.call().allow(2);

    assertThat(talk.requestBody()).hasSize(BODY.length() + 200_000);
    assertThat(budget.used()).isZero();
    assertThat(events.running).isEqualTo(1);
  }

  @Test
  void stalledReader_pendingResponseIsCounted() {
    Talk talk = routed().send(responseHeaders());
    talk.call().allow(1);
    talk.send(responseBody("z".repeat(100_000), false));

    assertThat(budget.used()).isEqualTo(38_000);
    talk.cancel();
    assertThat(budget.used()).isZero();
  }

  @Test
  void requestHeaders_inAnyPath_areNotParsedAhead() {
    Talk talk = talk().send(requestHeaders(false, "POST", "/odd?x=1"), requestBody(BODY, true));

    assertThat(talk.destination()).isNotNull();
  }
}
