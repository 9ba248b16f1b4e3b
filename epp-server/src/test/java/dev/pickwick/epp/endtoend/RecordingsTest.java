package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.pickwick.testbed.gateway.Dialect;
import dev.pickwick.testbed.recording.RecordedExchange;
import dev.pickwick.testbed.recording.Recording;
import dev.pickwick.testbed.recording.Recordings;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse.ResponseCase;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays what the real gateways sent, message by message, and holds our answers against the
 * reference picker's: same kinds in the same order, same refusals, one destination of the pool.
 *
 * <p>Where we differ on purpose: the body is forwarded as it came rather than serialised anew;
 * responses are passed on chunk by chunk rather than when they are complete, so runs of body
 * messages count as one; trailers of requests are answered; headers are not echoed.
 */
class RecordingsTest {
  private static final List<String> POOL =
      List.of("127.0.1.1:8000", "127.0.1.2:8000", "127.0.1.3:8000");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static PickerFixture picker;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() throws Exception {
    picker = PickerFixture.start(directory, POOL, "--secure-serving=false");
    channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", picker.port(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    picker.close();
  }

  @Test
  void recordings_ofBothGateways_areAllThere() {
    assertThat(Recordings.of(Dialect.AGENTGATEWAY)).hasSize(Recordings.statedCount());
    assertThat(Recordings.of(Dialect.ENVOY)).hasSize(Recordings.statedCount());
  }

  @Test
  void recordings_ofEnvoy_areAllPlayedThroughARealOne() {
    List<String> played =
        Stream.of(EnvoyTest.class, OpenAiScenarios.class)
            .flatMap(each -> Stream.of(each.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(method -> method.getAnnotation(Recorded.class))
            .filter(Objects::nonNull)
            .map(Recorded::value)
            .toList();

    assertThat(played)
        .containsExactlyInAnyOrderElementsOf(
            Recordings.of(Dialect.ENVOY).stream().map(Recording::scenario).toList());
  }

  @TestFactory
  Stream<DynamicTest> exchanges() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Dialect dialect : List.of(Dialect.AGENTGATEWAY, Dialect.ENVOY)) {
      for (Recording recording : Recordings.of(dialect)) {
        for (RecordedExchange exchange : recording.exchanges()) {
          tests.add(
              DynamicTest.dynamicTest(
                  dialect + " " + recording.scenario() + " " + exchange.stream(),
                  () -> check(exchange)));
        }
      }
    }
    return tests.stream();
  }

  private static void check(RecordedExchange exchange) throws Exception {
    Conversation conversation = new Conversation(ExternalProcessorGrpc.newStub(channel));
    conversation.play(exchange.requests());
    List<ProcessingResponse> replies = conversation.replies();

    assertThat(kinds(replies)).isEqualTo(expectedKinds(exchange));
    if (replies.isEmpty()) {
      return;
    }
    if (replies.getFirst().hasImmediateResponse()) {
      checkRefusal(replies.getFirst(), exchange);
      return;
    }
    checkDestination(replies);
    if (replies.stream().anyMatch(ProcessingResponse::hasRequestBody)) {
      checkRequestBody(replies, exchange);
    }
    checkResponseBody(replies, exchange);
  }

  /** What the reference answered, with our differences applied. */
  private static List<ResponseCase> expectedKinds(RecordedExchange exchange) {
    boolean trailers = exchange.requests().stream().anyMatch(ProcessingRequest::hasRequestTrailers);
    List<ResponseCase> kinds = new ArrayList<>(kinds(exchange.replies()));
    if (trailers) {
      boolean endAfter = exchange.requests().stream().anyMatch(RecordingsTest::isEmptyEnd);
      kinds.removeIf(
          kind -> kind == ResponseCase.REQUEST_HEADERS || kind == ResponseCase.REQUEST_BODY);
      List<ResponseCase> request = new ArrayList<>();
      request.add(ResponseCase.REQUEST_HEADERS);
      request.add(ResponseCase.REQUEST_BODY);
      request.add(ResponseCase.REQUEST_TRAILERS);
      if (endAfter) {
        request.add(ResponseCase.REQUEST_BODY);
      }
      kinds.addAll(0, request);
    }
    return kinds;
  }

  private static boolean isEmptyEnd(ProcessingRequest message) {
    return message.hasRequestBody()
        && message.getRequestBody().getEndOfStream()
        && message.getRequestBody().getBody().isEmpty();
  }

  /**
   * The kinds in order, runs of one kind as one; ordered by direction, which gateways interleave.
   */
  private static List<ResponseCase> kinds(List<ProcessingResponse> replies) {
    List<ResponseCase> kinds = new ArrayList<>();
    Set<ResponseCase> request =
        Set.of(
            ResponseCase.REQUEST_HEADERS, ResponseCase.REQUEST_BODY, ResponseCase.REQUEST_TRAILERS);
    for (boolean wanted : new boolean[] {true, false}) {
      for (ProcessingResponse reply : replies) {
        ResponseCase kind = reply.getResponseCase();
        if (request.contains(kind) == wanted && (kinds.isEmpty() || kinds.getLast() != kind)) {
          kinds.add(kind);
        }
      }
    }
    return kinds;
  }

  private static void checkRefusal(ProcessingResponse reply, RecordedExchange exchange) {
    ProcessingResponse recorded = exchange.replies().getFirst();
    assertThat(reply.getImmediateResponse().getStatus())
        .isEqualTo(recorded.getImmediateResponse().getStatus());
    assertThat(reply.getImmediateResponse().getBody().toStringUtf8())
        .isEqualTo(recorded.getImmediateResponse().getBody().toStringUtf8());
  }

  private static void checkDestination(List<ProcessingResponse> replies) {
    ProcessingResponse head = replies.getFirst();
    assertThat(head.getRequestHeaders().getResponse().getClearRouteCache()).isTrue();
    String destination =
        head.getRequestHeaders().getResponse().getHeaderMutation().getSetHeadersList().stream()
            .filter(option -> option.getHeader().getKey().equals("x-gateway-destination-endpoint"))
            .map(RecordingsTest::value)
            .reduce("", String::concat);
    assertThat(POOL).contains(destination);
    assertThat(
            head.getDynamicMetadata()
                .getFieldsOrThrow("envoy.lb")
                .getStructValue()
                .getFieldsOrThrow("x-gateway-destination-endpoint")
                .getStringValue())
        .isEqualTo(destination);
  }

  private static void checkRequestBody(List<ProcessingResponse> replies, RecordedExchange exchange)
      throws Exception {
    ByteString sent =
        joined(
            exchange.requests().stream()
                .filter(ProcessingRequest::hasRequestBody)
                .map(ProcessingRequest::getRequestBody)
                .map(HttpBody::getBody));
    List<StreamedBodyResponse> pieces =
        replies.stream()
            .filter(ProcessingResponse::hasRequestBody)
            .map(r -> r.getRequestBody().getResponse().getBodyMutation().getStreamedResponse())
            .toList();
    ByteString forwarded = joined(pieces.stream().map(StreamedBodyResponse::getBody));
    assertThat(forwarded).isEqualTo(sent);
    ByteString recorded =
        joined(
            exchange.replies().stream()
                .filter(ProcessingResponse::hasRequestBody)
                .map(
                    r ->
                        r.getRequestBody()
                            .getResponse()
                            .getBodyMutation()
                            .getStreamedResponse()
                            .getBody()));
    if (!recorded.isEmpty()) {
      assertThat(JSON.readTree(forwarded.toByteArray()))
          .isEqualTo(JSON.readTree(recorded.toByteArray()));
    }
    boolean endTold =
        exchange.requests().stream()
            .anyMatch(r -> r.hasRequestBody() && r.getRequestBody().getEndOfStream());
    assertThat(pieces.getLast().getEndOfStream()).isEqualTo(endTold);
    assertThat(pieces.subList(0, pieces.size() - 1))
        .noneMatch(StreamedBodyResponse::getEndOfStream);
  }

  private static void checkResponseBody(
      List<ProcessingResponse> replies, RecordedExchange exchange) {
    ByteString sent =
        joined(
            exchange.requests().stream()
                .filter(ProcessingRequest::hasResponseBody)
                .map(ProcessingRequest::getResponseBody)
                .map(HttpBody::getBody));
    ByteString forwarded =
        joined(
            replies.stream()
                .filter(ProcessingResponse::hasResponseBody)
                .map(
                    r ->
                        r.getResponseBody()
                            .getResponse()
                            .getBodyMutation()
                            .getStreamedResponse()
                            .getBody()));
    assertThat(forwarded).isEqualTo(sent);
  }

  private static String value(HeaderValueOption option) {
    assertThat(option.getAppendAction())
        .isEqualTo(HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
    return option.getHeader().getRawValue().toStringUtf8();
  }

  private static ByteString joined(Stream<ByteString> pieces) {
    return pieces.reduce(ByteString.EMPTY, ByteString::concat);
  }
}
