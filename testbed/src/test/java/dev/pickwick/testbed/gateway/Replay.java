package dev.pickwick.testbed.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Framing;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpListener;
import dev.pickwick.testbed.http.HttpReader;
import dev.pickwick.testbed.http.HttpWriter;
import dev.pickwick.testbed.recording.RecordedExchange;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Plays one recorded exchange through the gateway: the client's part over a raw socket, the
 * picker's and the model server's as recorded, each step as soon as the recording had come as far.
 */
final class Replay implements AutoCloseable {

  /** Scenarios whose client leaves in the middle of its own body. */
  private static final Set<String> CUT_UPLOAD = Set.of("abort-mid-upload");

  /** Scenarios whose client leaves in the middle of the response. */
  private static final Set<String> CUT_RESPONSE = Set.of("abort-mid-stream");

  private static final int EVENTS_READ = 400;
  private static final long PATIENCE_SECONDS = 20;

  private final String scenario;
  private final Dialect dialect;
  private final RecordedExchange exchange;
  private final StreamRecorder recorder = new StreamRecorder();
  private final CountDownLatch clientLeft = new CountDownLatch(1);
  private final CountDownLatch allSent = new CountDownLatch(1);
  private final HttpListener server;
  private final PlainPicker picker;
  private final Gateway gateway;

  Replay(String scenario, Dialect dialect, RecordedExchange exchange) throws IOException {
    this.scenario = scenario;
    this.dialect = dialect;
    this.exchange = exchange;
    this.server = HttpListener.start(InetAddress.ofLiteral("127.0.0.1"), 0, this::serve);
    this.picker = PlainPicker.start(PickerPart::new);
    this.gateway =
        Gateway.start(GatewayOptions.to(picker.address()).dialect(dialect).listener(recorder));
  }

  /** Plays the client's part, to its end or to where the recorded client left. */
  void run() throws IOException, InterruptedException {
    ProcessingRequest first = exchange.requests().getFirst();
    List<HeaderValue> headers = first.getRequestHeaders().getHeaders().getHeadersList();
    boolean hasBody = !first.getRequestHeaders().getEndOfStream();
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port())) {
      socket.setTcpNoDelay(true);
      var writer = new HttpWriter(socket.getOutputStream());
      Fields fields = clientFields(headers, hasBody);
      writer.head(
          valueOf(headers, ":method") + ' ' + valueOf(headers, ":path") + " HTTP/1.1", fields);
      writer.flush();
      if (hasBody) {
        writeBody(writer, fields.has("transfer-encoding"));
      }
      if (CUT_UPLOAD.contains(scenario)) {
        return;
      }
      if (exchange.replies().isEmpty()) {
        // The reference never answers request trailers: the client waits, then leaves.
        assertThatReached(allSent);
        return;
      }
      readResponse(socket, valueOf(headers, ":method"));
    } finally {
      clientLeft.countDown();
    }
  }

  StreamRecorder recorder() {
    return recorder;
  }

  Gateway gateway() {
    return gateway;
  }

  /** What went to the picker, bodies joined, and everything that varies made equal. */
  static List<String> normalised(List<ProcessingRequest> messages, boolean http2) {
    var lines = new ArrayList<String>();
    var body = ByteString.EMPTY;
    String kind = "";
    for (ProcessingRequest message : messages) {
      HttpBody piece =
          message.hasRequestBody() ? message.getRequestBody() : message.getResponseBody();
      boolean isBody = message.hasRequestBody() || message.hasResponseBody();
      if (isBody && !piece.getEndOfStream()) {
        body = body.concat(piece.getBody());
        kind = message.getRequestCase() + metadata(message);
        continue;
      }
      if (!body.isEmpty()) {
        lines.add(kind + ' ' + body.toStringUtf8());
        body = ByteString.EMPTY;
      }
      lines.add(line(message, http2));
    }
    if (!body.isEmpty()) {
      lines.add(kind + ' ' + body.toStringUtf8());
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    picker.close();
    server.close();
  }

  private static String line(ProcessingRequest message, boolean http2) {
    String text =
        switch (message.getRequestCase()) {
          case REQUEST_HEADERS ->
              headers(message.getRequestHeaders().getHeaders().getHeadersList(), http2)
                  + " end="
                  + message.getRequestHeaders().getEndOfStream()
                  + (message.hasProtocolConfig() ? " " + message.getProtocolConfig() : "");
          case RESPONSE_HEADERS ->
              headers(message.getResponseHeaders().getHeaders().getHeadersList(), http2)
                  + " end="
                  + message.getResponseHeaders().getEndOfStream();
          case REQUEST_BODY -> body(message.getRequestBody());
          case RESPONSE_BODY -> body(message.getResponseBody());
          case REQUEST_TRAILERS ->
              headers(message.getRequestTrailers().getTrailers().getHeadersList(), http2);
          case RESPONSE_TRAILERS ->
              headers(message.getResponseTrailers().getTrailers().getHeadersList(), http2);
          case REQUEST_NOT_SET -> "";
        };
    return message.getRequestCase() + metadata(message) + ' ' + text;
  }

  private static String body(HttpBody body) {
    return body.getBody().toStringUtf8() + " end=" + body.getEndOfStream();
  }

  private static String metadata(ProcessingRequest message) {
    if (!message.hasMetadataContext()) {
      return " no metadata";
    }
    var keys = new ArrayList<String>();
    Map<String, Struct> namespaces = message.getMetadataContext().getFilterMetadataMap();
    namespaces.forEach((name, struct) -> keys.add(name + struct.getFieldsMap().keySet()));
    return " metadata " + keys;
  }

  /** An HTTP/2 client's pseudo headers come in its own order, its empty answers without length. */
  private static String headers(List<HeaderValue> headers, boolean http2) {
    var lines = new ArrayList<String>();
    for (HeaderValue header : headers) {
      String value =
          switch (header.getKey()) {
            case "x-request-id", "x-envoy-upstream-service-time" -> "*";
            default -> header.getValue() + '|' + header.getRawValue().toStringUtf8();
          };
      if (!http2 || !header.getKey().equals("content-length")) {
        lines.add(header.getKey() + '=' + value);
      }
    }
    if (http2) {
      lines.sort(null);
    }
    return lines.toString();
  }

  /**
   * The client's header lines. agentgateway takes {@code host} and {@code transfer-encoding} out of
   * its map, each time moving the last entry into the gap; here that is done backwards.
   */
  private Fields clientFields(List<HeaderValue> headers, boolean hasBody) {
    var ordinary = new ArrayList<HeaderValue>();
    for (HeaderValue header : headers) {
      boolean added =
          dialect == Dialect.ENVOY
              && Set.of("x-forwarded-proto", "x-request-id").contains(header.getKey());
      if (!header.getKey().startsWith(":") && !added) {
        ordinary.add(header);
      }
    }
    if (dialect == Dialect.AGENTGATEWAY && !ordinary.isEmpty()) {
      ordinary.add(ordinary.removeFirst());
    }
    var fields = Fields.of("Host", valueOf(headers, ":authority"));
    for (HeaderValue header : ordinary) {
      fields.add(header.getKey(), value(header));
    }
    if (hasBody && !fields.has("content-length")) {
      fields.add("Transfer-Encoding", "chunked");
    }
    if (scenario.equals("expect-100") && dialect == Dialect.ENVOY) {
      fields.add("Expect", "100-continue");
    }
    return fields;
  }

  private void writeBody(HttpWriter writer, boolean chunked) throws IOException {
    var trailers = new Fields();
    for (ProcessingRequest message : exchange.requests()) {
      if (message.hasRequestBody()) {
        byte[] piece = message.getRequestBody().getBody().toByteArray();
        if (chunked) {
          writer.chunk(piece);
        } else {
          writer.bytes(piece);
          writer.flush();
        }
      } else if (message.hasRequestTrailers()) {
        for (HeaderValue header : message.getRequestTrailers().getTrailers().getHeadersList()) {
          trailers.add(header.getKey(), value(header));
        }
      }
    }
    if (chunked) {
      writer.lastChunk(trailers);
    }
  }

  private void readResponse(Socket socket, String method) throws IOException {
    var reader = new HttpReader(socket.getInputStream());
    Head head = reader.readHead();
    while (head != null && head.status() == 100) {
      head = reader.readHead();
    }
    if (head == null) {
      throw new IOException("no response");
    }
    var body = reader.body(head.responseFraming(method));
    if (!CUT_RESPONSE.contains(scenario)) {
      body.readAll();
      return;
    }
    for (int read = 0; read < EVENTS_READ; ) {
      byte[] piece = body.next();
      read += piece == null ? EVENTS_READ : piece.length;
    }
  }

  /** The model server's part. */
  private void serve(Socket socket) throws IOException {
    var reader = new HttpReader(socket.getInputStream());
    Head head = reader.readHead();
    ProcessingRequest answer = responseHeaders();
    if (head == null || answer == null) {
      return;
    }
    Framing framing = head.requestFraming();
    reader.body(framing).readAll();
    var writer = new HttpWriter(socket.getOutputStream());
    var fields = new Fields();
    for (HeaderValue header : answer.getResponseHeaders().getHeaders().getHeadersList()) {
      boolean added = header.getKey().equals("x-envoy-upstream-service-time");
      if (!header.getKey().startsWith(":") && !added) {
        fields.add(header.getKey(), value(header));
      }
    }
    if (!fields.has("content-length") && !fields.has("transfer-encoding")) {
      fields.add("content-length", "0");
    }
    List<HeaderValue> headers = answer.getResponseHeaders().getHeaders().getHeadersList();
    writer.head("HTTP/1.1 " + valueOf(headers, ":status") + " Recorded", fields);
    writer.flush();
    writeResponseBody(writer, fields.has("transfer-encoding"));
    if (dialect == Dialect.ENVOY && CUT_RESPONSE.contains(scenario)) {
      // More would come, but the gateway is to notice that the client has left.
      boolean _ = reader.awaitInput();
      return;
    }
    if (fields.has("transfer-encoding")) {
      writer.lastChunk(new Fields());
    }
  }

  private void writeResponseBody(HttpWriter writer, boolean chunked) throws IOException {
    int written = 0;
    for (ProcessingRequest message : exchange.requests()) {
      if (message.hasResponseBody()) {
        byte[] piece = message.getResponseBody().getBody().toByteArray();
        if (chunked) {
          writer.chunk(piece);
        } else {
          writer.bytes(piece);
          writer.flush();
        }
        written += piece.length;
        if (CUT_RESPONSE.contains(scenario)
            && dialect == Dialect.AGENTGATEWAY
            && written >= EVENTS_READ) {
          assertThatReached(clientLeft);
        }
      }
    }
  }

  private @Nullable ProcessingRequest responseHeaders() {
    return exchange.requests().stream()
        .filter(ProcessingRequest::hasResponseHeaders)
        .findFirst()
        .orElse(null);
  }

  private static void assertThatReached(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("waited in vain");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String valueOf(List<HeaderValue> headers, String name) {
    return headers.stream()
        .filter(header -> header.getKey().equals(name))
        .map(Replay::value)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + name));
  }

  private static String value(HeaderValue header) {
    return header.getRawValue().isEmpty() ? header.getValue() : header.getRawValue().toStringUtf8();
  }

  /** How far a conversation has come: bytes by direction, other messages by kind. */
  private static final class Progress {

    private final Map<String, Integer> counts = new HashMap<>();

    void add(ProcessingRequest message) {
      HttpBody body =
          message.hasRequestBody() ? message.getRequestBody() : message.getResponseBody();
      String kind = message.getRequestCase().name().toLowerCase(Locale.ROOT);
      if (message.hasRequestBody() || message.hasResponseBody()) {
        counts.merge(kind, body.getBody().size(), Integer::sum);
        if (body.getEndOfStream()) {
          counts.merge(kind + " end", 1, Integer::sum);
        }
      } else {
        counts.merge(kind, 1, Integer::sum);
      }
    }

    boolean reaches(Progress wanted) {
      return wanted.counts.entrySet().stream()
          .allMatch(each -> counts.getOrDefault(each.getKey(), 0) >= each.getValue());
    }
  }

  /** The picker's part: every reply when as much has come in as had in the recording. */
  private final class PickerPart implements PlainPicker.Script {

    private final Progress come = new Progress();
    private int next;
    private boolean ended;
    private final Progress wanted = new Progress();

    @Override
    public synchronized void on(
        ProcessingRequest message, StreamObserver<ProcessingResponse> replies) {
      come.add(message);
      while (next < exchange.steps().size()) {
        switch (exchange.steps().get(next)) {
          case RecordedExchange.Step.ToPicker(_, ProcessingRequest expected) -> {
            wanted.add(expected);
            if (!come.reaches(wanted)) {
              rewind(expected);
              return;
            }
          }
          case RecordedExchange.Step.FromPicker(_, ProcessingResponse reply) ->
              replies.onNext(here(reply));
          case RecordedExchange.Step.PickerEnd(_, String note) -> {
            if (note.equals("OK") && !exchange.isHalfClosed()) {
              onHalfClose(replies);
            }
          }
          case RecordedExchange.Step.GatewayEnd(_, _) -> {}
        }
        next++;
        if (exchange.steps().stream().skip(next).noneMatch(Replay::isMessage)) {
          allSent.countDown();
        }
      }
    }

    @Override
    public synchronized void onHalfClose(StreamObserver<ProcessingResponse> replies) {
      if (!ended) {
        ended = true;
        replies.onCompleted();
      }
    }

    private void rewind(ProcessingRequest expected) {
      HttpBody body =
          expected.hasRequestBody() ? expected.getRequestBody() : expected.getResponseBody();
      String kind = expected.getRequestCase().name().toLowerCase(Locale.ROOT);
      if (expected.hasRequestBody() || expected.hasResponseBody()) {
        wanted.counts.merge(kind, -body.getBody().size(), Integer::sum);
        if (body.getEndOfStream()) {
          wanted.counts.merge(kind + " end", -1, Integer::sum);
        }
      } else {
        wanted.counts.merge(kind, -1, Integer::sum);
      }
    }
  }

  private static boolean isMessage(RecordedExchange.Step step) {
    return step instanceof RecordedExchange.Step.ToPicker
        || step instanceof RecordedExchange.Step.FromPicker;
  }

  /** The reply with the recorded destination replaced by the one of this replay. */
  private ProcessingResponse here(ProcessingResponse reply) {
    String destination = "127.0.0.1:" + server.address().getPort();
    ProcessingResponse.Builder changed = reply.toBuilder();
    if (reply.hasRequestHeaders()) {
      for (HeaderValueOption.Builder option :
          changed
              .getRequestHeadersBuilder()
              .getResponseBuilder()
              .getHeaderMutationBuilder()
              .getSetHeadersBuilderList()) {
        if (option.getHeader().getKey().equals(Destination.HEADER)) {
          option.getHeaderBuilder().setRawValue(ByteString.copyFromUtf8(destination));
        }
      }
    }
    if (reply.hasDynamicMetadata()) {
      changed.setDynamicMetadata(
          Struct.newBuilder()
              .putFields(
                  Messages.NAMESPACE,
                  Value.newBuilder()
                      .setStructValue(
                          Struct.newBuilder()
                              .putFields(
                                  Destination.HEADER,
                                  Value.newBuilder().setStringValue(destination).build()))
                      .build()));
    }
    return changed.build();
  }
}
