package dev.pickwick.epp.stream;

import dev.pickwick.epp.body.Renaming;
import dev.pickwick.epp.body.ResponseKind;
import dev.pickwick.epp.body.ResponseScanner;
import dev.pickwick.epp.body.Usage;
import dev.pickwick.epp.stream.Outbox.Direction;
import dev.pickwick.proto.extproc.GatewayMessage;
import dev.pickwick.proto.extproc.HeaderChanges;
import dev.pickwick.proto.extproc.Reply;
import dev.pickwick.proto.extproc.Segments;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.endpoint.Ticket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The response's direction of one stream: names the pod, passes every chunk on as it comes, reads
 * the usage on the way and gives the client back the model name it used.
 */
final class ResponseSide {

  private static final String POD = "x-inference-pod";
  private static final byte[] NOTHING = {};

  private final StreamServices services;
  private final RequestSide request;
  private final Outbox outbox;

  private boolean headersSeen;
  private boolean complete;
  private boolean trailersAnswered;
  private boolean endFlagOwed;
  private int status;
  private long receivedBytes;
  private @Nullable ResponseScanner scanner;

  ResponseSide(StreamServices services, RequestSide request, Outbox outbox) {
    this.services = services;
    this.request = request;
    this.outbox = outbox;
  }

  @Nullable Refusal headers(GatewayMessage message) {
    if (headersSeen || complete) {
      return null;
    }
    headersSeen = true;
    Ticket ticket = request.ticket();
    if (ticket != null) {
      ticket.responseHeadersSeen(services.nanos().getAsLong());
    }
    status = statusOf(message);
    ResponseKind kind = kindOf(message);
    Renaming renaming = kind == ResponseKind.OPAQUE ? null : renaming();
    scanner = new ResponseScanner(kind, renaming);
    HeaderChanges changes = podChange(message);
    if (renaming != null && !message.endOfStream() && message.hasHeader("content-length")) {
      changes = changes.remove("content-length");
    }
    outbox.add(Reply.responseHeaders(changes));
    if (message.endOfStream()) {
      completed();
    }
    return null;
  }

  @Nullable Refusal body(GatewayMessage message) {
    if (complete) {
      if (endFlagOwed && message.endOfStream()) {
        endFlagOwed = false;
        outbox.addBodyEnd(Direction.RESPONSE);
      }
      return null;
    }
    receivedBytes += message.bodyLength();
    forward(
        message.bytes(),
        message.bodyOffset(),
        message.bodyLength(),
        message.endOfStream(),
        message.endOfStream());
    if (message.endOfStream()) {
      completed();
    }
    return null;
  }

  @Nullable Refusal trailers() {
    if (trailersAnswered) {
      return null;
    }
    trailersAnswered = true;
    if (!complete) {
      // Without an end flag on the body, Envoy can still send the trailers on.
      forward(NOTHING, 0, 0, true, false);
      endFlagOwed = true;
      completed();
    }
    outbox.add(Reply.responseTrailers());
    return null;
  }

  /** Whether the response came to its end. */
  boolean isComplete() {
    return complete;
  }

  private void forward(byte[] bytes, int offset, int length, boolean last, boolean endFlag) {
    Segments passed = new Segments();
    if (scanner == null) {
      scanner = new ResponseScanner(ResponseKind.OPAQUE, null);
    }
    scanner.accept(bytes, offset, length, last, passed::add);
    outbox.addBody(Direction.RESPONSE, passed, endFlag);
  }

  private void completed() {
    complete = true;
    request.release();
    Usage usage = Usage.NONE;
    if (scanner != null) {
      usage = scanner.usage();
      if (scanner.malformedUsage()) {
        services.events().malformedUsage();
      }
    }
    if (status >= 400) {
      request.failed("ModelServerError", "model server answered " + status);
    }
    long started = request.startedNanos();
    services
        .events()
        .responseCompleted(
            new StreamEvents.Response(
                request.model(),
                request.targetModel(),
                status,
                receivedBytes,
                started == 0 ? 0 : services.nanos().getAsLong() - started,
                usage));
  }

  /** A name the model server gave itself stays. */
  private HeaderChanges podChange(GatewayMessage message) {
    if (message.hasHeader(POD)) {
      return HeaderChanges.NONE;
    }
    String pod = servingPod(message.servedEndpoint());
    return pod == null ? HeaderChanges.NONE : HeaderChanges.NONE.set(POD, pod);
  }

  private @Nullable String servingPod(@Nullable String served) {
    Ticket ticket = request.ticket();
    Endpoint picked = ticket == null ? null : ticket.endpoint();
    if (served == null || (picked != null && served.equals(picked.destination()))) {
      return picked == null ? null : picked.spec().pod();
    }
    EndpointSnapshot snapshot = services.endpoints().snapshot();
    for (int i = 0; i < snapshot.size(); i++) {
      if (snapshot.get(i).destination().equals(served)) {
        return snapshot.get(i).spec().pod();
      }
    }
    return picked == null ? null : picked.spec().pod();
  }

  private @Nullable Renaming renaming() {
    String model = request.model();
    String target = request.targetModel();
    return model.isEmpty() || target.isEmpty() || model.equals(target)
        ? null
        : new Renaming(target, model);
  }

  private ResponseKind kindOf(GatewayMessage message) {
    String encoding = message.header("content-encoding");
    if (encoding != null && !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      return ResponseKind.OPAQUE;
    }
    String type = message.header("content-type");
    if (type == null || type.isEmpty()) {
      return request.isStreaming() ? ResponseKind.SSE : ResponseKind.JSON;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    if (lower.contains("text/event-stream")) {
      return ResponseKind.SSE;
    }
    return lower.contains("json") ? ResponseKind.JSON : ResponseKind.OPAQUE;
  }

  /** 0 when it was not told. Some gateways write the name without its colon. */
  private static int statusOf(GatewayMessage message) {
    String text = message.header(":status");
    if (text == null || text.isEmpty()) {
      text = message.header("status");
    }
    if (text == null || text.length() != 3) {
      return 0;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return 0;
      }
      status = 10 * status + (digit - '0');
    }
    return status;
  }
}
