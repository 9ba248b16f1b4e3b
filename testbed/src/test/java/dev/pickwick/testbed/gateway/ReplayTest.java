package dev.pickwick.testbed.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pickwick.testbed.recording.RecordedExchange;
import dev.pickwick.testbed.recording.Recording;
import dev.pickwick.testbed.recording.Recordings;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gateway says to the picker what the real gateways said: same messages, order, flags, header
 * fields and end of stream.
 *
 * <p>Made equal before comparing: identifiers, times and addresses; how a body was cut into pieces,
 * since that depends on what a read from a socket happens to bring; for the HTTP/2 client, which
 * comes over HTTP/1.1 here, the order of its headers, the length of its empty answer and the empty
 * piece before its end. The half-close is not compared where the picker ends the stream itself with
 * an immediate response: both ends then come at once.
 */
class ReplayTest {

  static Stream<Recording> agentgateway() {
    return Recordings.of(Dialect.AGENTGATEWAY).stream();
  }

  static Stream<Recording> envoy() {
    return Recordings.of(Dialect.ENVOY).stream();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void recordings_areAsManyAsStated(Dialect dialect) {
    assertThat(Recordings.statedCount()).isEqualTo(26);
    assertThat(Recordings.of(dialect)).hasSizeGreaterThanOrEqualTo(Recordings.statedCount());
  }

  @Test
  void recordings_haveTheSameScenarios() {
    assertThat(agentgateway().map(Recording::scenario))
        .containsExactlyElementsOf(envoy().map(Recording::scenario).toList());
  }

  @ParameterizedTest
  @MethodSource("agentgateway")
  void agentgateway_replayed_saysTheSame(Recording recording) throws Exception {
    for (RecordedExchange exchange : recording.exchanges()) {
      List<StreamEvent> events = replay(recording, exchange, Dialect.AGENTGATEWAY);
      if (!hasImmediateResponse(exchange)) {
        assertThat(kinds(events)).contains(StreamEvent.Kind.HALF_CLOSE);
      }
      assertThat(kinds(events)).doesNotContain(StreamEvent.Kind.CANCEL);
    }
  }

  @ParameterizedTest
  @MethodSource("envoy")
  void envoy_replayed_saysTheSame(Recording recording) throws Exception {
    for (RecordedExchange exchange : recording.exchanges()) {
      List<StreamEvent> events = replay(recording, exchange, Dialect.ENVOY);
      if (!hasImmediateResponse(exchange)) {
        assertThat(kinds(events).contains(StreamEvent.Kind.HALF_CLOSE))
            .isEqualTo(exchange.isHalfClosed());
        assertThat(kinds(events)).endsWith(StreamEvent.Kind.CANCEL);
        assertThat(exchange.isCancelled()).isTrue();
      }
    }
  }

  private static List<StreamEvent> replay(
      Recording recording, RecordedExchange exchange, Dialect dialect) throws Exception {
    boolean http2 = recording.scenario().startsWith("http2");
    try (var replay = new Replay(recording.scenario(), dialect, exchange)) {
      replay.run();
      await().until(() -> replay.gateway().stats().openStreams() == 0);
      List<StreamEvent> events = replay.recorder().stream(1);
      var sent = new ArrayList<ProcessingRequest>();
      for (StreamEvent event : events) {
        if (event.message() instanceof ProcessingRequest message) {
          sent.add(message);
        }
      }
      assertThat(Replay.normalised(sent, http2))
          .containsExactlyElementsOf(Replay.normalised(exchange.requests(), http2));
      return events;
    }
  }

  private static boolean hasImmediateResponse(RecordedExchange exchange) {
    return exchange.replyKinds().contains(ProcessingResponse.ResponseCase.IMMEDIATE_RESPONSE);
  }

  private static List<StreamEvent.Kind> kinds(List<StreamEvent> events) {
    return events.stream().map(StreamEvent::kind).toList();
  }
}
