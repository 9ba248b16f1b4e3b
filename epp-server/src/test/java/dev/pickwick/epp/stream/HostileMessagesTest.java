package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static dev.pickwick.epp.stream.Gateway.requestTrailers;
import static dev.pickwick.epp.stream.Gateway.responseBody;
import static dev.pickwick.epp.stream.Gateway.responseHeaders;
import static dev.pickwick.epp.stream.Gateway.responseTrailers;
import static dev.pickwick.epp.stream.Gateway.withServed;
import static dev.pickwick.epp.stream.Gateway.withSubset;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever bytes come in whatever order: replies stay in order, and nothing is left behind. */
class HostileMessagesTest {

  private static final List<ProcessingRequest> MESSAGES =
      List.of(
          post("x-gateway-model-name-rewrite", "other"),
          withSubset(post(), "10.0.0.1:8000", "10.0.0.2"),
          requestBody("{\"model\":\"m\"}", false),
          requestBody("{\"model\":\"m\"}", true),
          requestBody("", true),
          requestBody("explode", true),
          requestTrailers(),
          withServed(responseHeaders("content-type", "text/event-stream"), "10.0.0.2:8000"),
          responseHeaders(true, "204"),
          responseBody("data: {}\n\n", false),
          responseBody("x", true),
          responseTrailers(),
          ProcessingRequest.getDefaultInstance());

  private final FakeLoop loop = new FakeLoop();
  private final Pool pool = new Pool(3, loop);
  private final BodyBudget budget = new BodyBudget(10_000_000, loop);
  private final RecordedEvents events = new RecordedEvents();
  private final LoopState state =
      new LoopState(loop, pool.scheduler.newPass(), budget.lane(loop, 65_536));

  @Test
  void damagedMessages_neverShowABug() {
    SplittableRandom random = new SplittableRandom(11);
    for (int stream = 0; stream < 5_000; stream++) {
      Talk talk = new Talk(pool.services(budget, events), state);
      for (int i = 0; i < 4; i++) {
        byte[] bytes = MESSAGES.get(random.nextInt(MESSAGES.size())).toByteArray();
        damage(bytes, random);
        talk.sendBytes(bytes);
      }
      talk.halfClose();
      assertThat(talk.closed()).isNotNull();
    }

    assertThat(events.malformed).isNotEmpty();
    assertThat(events.bugs).allMatch(bug -> "exploded as asked".equals(bug.getMessage()));
    assertNothingIsLeft();
  }

  @Test
  void messagesInAnyOrder_areAnsweredInOrder() {
    SplittableRandom random = new SplittableRandom(13);
    for (int stream = 0; stream < 5_000; stream++) {
      Talk talk = new Talk(pool.services(budget, events), state);
      for (int i = random.nextInt(12); i >= 0; i--) {
        talk.send(MESSAGES.get(random.nextInt(MESSAGES.size())));
      }
      if (random.nextBoolean()) {
        talk.halfClose();
        assertThat(talk.closed()).isNotNull();
      } else {
        talk.cancel();
      }
      assertThatRepliesAreOrdered(talk.kinds());
    }
    assertNothingIsLeft();
  }

  private static void assertThatRepliesAreOrdered(List<String> kinds) {
    Set<String> seen = new HashSet<>();
    List<String> ended = new ArrayList<>();
    for (String kind : kinds) {
      assertThat(ended).as("%s", kinds).doesNotContain(kind.replace(".", ""));
      if (kind.endsWith(".")) {
        ended.add(kind.replace(".", ""));
      } else if (!kind.endsWith("_body")) {
        assertThat(seen).as("%s", kinds).doesNotContain(kind);
      }
      if (kind.startsWith("request_body") || kind.equals("request_trailers")) {
        assertThat(seen).as("%s", kinds).contains("request_headers");
      }
      seen.add(kind.replace(".", ""));
    }
    if (seen.contains("immediate_response")) {
      assertThat(kinds).hasSize(1);
    }
  }

  private void assertNothingIsLeft() {
    assertThat(events.open).isZero();
    assertThat(events.running).isZero();
    assertThat(pool.endpoints.inFlight()).isZero();
    assertThat(budget.used()).isZero();
  }

  private static void damage(byte[] bytes, SplittableRandom random) {
    for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
  }
}
