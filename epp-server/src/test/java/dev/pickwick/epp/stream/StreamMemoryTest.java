package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.stream.StreamEvents.End;
import dev.pickwick.proto.extproc.GatewayMessage;
import io.grpc.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the bound on body memory means for conversations. */
class StreamMemoryTest {

  private static final String HALF = " ".repeat(40_000);

  private final FakeLoop loop = new FakeLoop();
  private final Pool pool = new Pool(3, loop);
  private final BodyBudget budget = new BodyBudget(100_000, loop);
  private final RecordedEvents events = new RecordedEvents();
  private final LoopState state =
      new LoopState(loop, pool.scheduler.newPass(), budget.lane(loop, 1_000));

  private Talk talk() {
    return new Talk(pool.services(budget, events), state);
  }

  @Test
  void nearTheBound_onlyTheOldestIsRead() {
    Talk oldest = talk().send(post(), requestBody(HALF, false));
    Talk later = talk().send(post(), requestBody(HALF + HALF, false));

    later.send(requestBody(HALF, false));
    oldest.send(requestBody(HALF, false));

    assertThat(later.call().unread()).isEqualTo(1);
    assertThat(oldest.call().unread()).isZero();
  }

  @Test
  void oldestRouted_nextProceeds() {
    Talk oldest = talk().send(post(), requestBody(HALF, false));
    Talk later = talk().send(post(), requestBody(HALF + HALF, false), requestBody("", true));
    assertThat(later.call().unread()).isEqualTo(1);

    oldest.send(requestBody("{\"model\":\"m\"}", true));
    loop.run();

    assertThat(oldest.destination()).isNotNull();
    assertThat(later.immediate().getStatus().getCodeValue()).isEqualTo(400);
  }

  @Test
  void heldBackTooLong_is503WithReasonAndFreesItsMemory() {
    talk().send(post(), requestBody(HALF + HALF, false));
    Talk later = talk().send(post(), requestBody(HALF, false), requestBody("", true));

    loop.advance(Duration.ofSeconds(12));

    assertThat(later.immediate().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(later.immediate().getBody().toStringUtf8())
        .isEqualTo(
            "inference error: ServiceUnavailable - request body made no progress for 10 s while all"
                + " bodies together reached their bound of 100000 bytes");
    assertThat(later.immediateHeader("x-llm-d-request-dropped-reason"))
        .isEqualTo("rejected-saturated");
    assertThat(later.closed()).isEqualTo(Status.Code.OK);
    assertThat(events.failures).containsOnly("ServiceUnavailable");
    assertThat(budget.used()).isZero();
  }

  @Test
  void replyNobodyReads_isBrokenOffAndFreesItsMemory() {
    Talk stalled = talk();
    stalled.call().allow(2);
    stalled.send(post(), requestBody("{\"model\":\"m\"}" + HALF + HALF + HALF, true));
    assertThat(budget.used()).isGreaterThan(100_000);
    assertThat(pool.endpoints.inFlight()).isEqualTo(1);

    loop.advance(Duration.ofSeconds(12));

    assertThat(stalled.closed()).isEqualTo(Status.Code.ABORTED);
    assertThat(events.ends).containsExactly(End.BROKEN);
    assertThat(budget.used()).isZero();
    assertThat(pool.endpoints.inFlight()).isZero();
  }

  @Test
  void replyOfWhichNothingHasLeft_is503() {
    Talk stalled = talk().send(post(), requestBody(HALF + HALF, false));
    stalled.call().allow(0);
    stalled.send(requestBody("{\"model\":\"m\"}" + HALF, true));
    assertThat(pool.endpoints.inFlight()).isEqualTo(1);

    loop.advance(Duration.ofSeconds(12));

    assertThat(stalled.kinds()).containsExactly("immediate_response");
    assertThat(stalled.immediate().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(pool.endpoints.inFlight()).isZero();
  }

  @Test
  void replyReadSlowly_isLeftAlone() {
    Talk slow = talk();
    slow.call().allow(1);
    slow.send(post(), requestBody("{\"model\":\"m\"}" + " ".repeat(500_000), true));

    for (int i = 0; i < 8; i++) {
      loop.advance(Duration.ofSeconds(9));
      assertThat(slow.closed()).isNull();
      slow.call().allow(1);
    }

    assertThat(slow.requestPieces()).hasSize(8);
  }

  @Test
  void asked_farBeyondTheBound_allButTheOldestAre503AtOnce() {
    Talk oldest = talk().send(post());
    Talk second = talk().send(post());
    Talk third = talk().send(post());
    oldest.send(requestBody(HALF + HALF, false));
    second.send(requestBody(HALF, false));

    third.send(requestBody(HALF, false));

    assertThat(third.immediate().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(third.immediate().getBody().toStringUtf8())
        .isEqualTo(
            "inference error: ServiceUnavailable - no memory left for more of this body; all bodies"
                + " together may take 100000 bytes");
    assertThat(third.immediateHeader("x-llm-d-request-dropped-reason"))
        .isEqualTo("rejected-saturated");
    assertThat(oldest.closed()).isNull();
    assertThat(second.closed()).isNull();
  }

  @Test
  void arriving_beyondItsBound_allButTheOldestAre503() {
    FakeCall oldestCall = new FakeCall();
    RequestStream oldest = opened(oldestCall);
    FakeCall laterCall = new FakeCall();
    RequestStream later = opened(laterCall);
    oldest.arriving(2_000);
    budget.arriving(50_000);

    later.arriving(1_000);
    loop.run();
    assertThat(laterCall.replies()).as("what fits into a window may stay").isEmpty();
    later.arriving(1_001);
    oldest.arriving(3_000);
    assertThat(laterCall.closed()).as("while gRPC is reading").isNull();
    loop.run();

    assertThat(laterCall.replies().getFirst().getImmediateResponse().getStatus().getCodeValue())
        .isEqualTo(503);
    assertThat(oldestCall.closed()).isNull();
    budget.arrived(50_000);
    assertThat(budget.used()).isZero();
  }

  @Test
  void arriving_completeBeforeItIsJudged_isLeftAlone() {
    FakeCall call = new FakeCall();
    RequestStream stream = opened(call);
    opened(new FakeCall()).arriving(1);
    budget.arriving(50_000);

    stream.arriving(2_000);
    call.arrive(GatewayMessage.parse(requestBody("x", false).toByteArray()));
    loop.run();

    assertThat(call.closed()).isNull();
    budget.arrived(50_000);
  }

  private RequestStream opened(FakeCall call) {
    RequestStream stream = new RequestStream(call, pool.services(budget, events), state);
    stream.start();
    call.listen(stream);
    call.arrive(GatewayMessage.parse(post().toByteArray()));
    return stream;
  }

  @Test
  void tinyMessages_areCountedWithWhatTheyCost() {
    Talk talk = talk().send(post());
    for (int i = 0; i < 50_000; i++) {
      talk.send(requestBody("x", false));
    }

    assertThat(talk.call().unread()).isZero();
    assertThat(budget.used()).isBetween(50_000L, 50_000L + 16_384 + 6 * HeldBody.ARRAY_OVERHEAD);
  }
}
