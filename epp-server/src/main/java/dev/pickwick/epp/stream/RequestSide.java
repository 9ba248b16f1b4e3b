package dev.pickwick.epp.stream;

import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.epp.parser.BodyReader;
import dev.pickwick.epp.parser.ModelName;
import dev.pickwick.epp.parser.ParseResult;
import dev.pickwick.epp.stream.Outbox.Direction;
import dev.pickwick.proto.extproc.GatewayMessage;
import dev.pickwick.proto.extproc.HeaderChanges;
import dev.pickwick.proto.extproc.Reply;
import dev.pickwick.proto.extproc.Segments;
import dev.pickwick.scheduler.Decision;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.RequestHeaders;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.Ticket;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHasher;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The request's direction of one stream: holds the body until it is complete, has an endpoint
 * picked, and puts headers reply and body into the outbox. Keeps the charge until the end.
 */
final class RequestSide {

  private static final String REQUEST_ID = "x-request-id";
  private static final String MODEL_REWRITE = "x-gateway-model-name-rewrite";
  private static final String CONTENT_LENGTH = "content-length";

  private enum State {
    NEW,
    COLLECTING,
    /** The body has ended, by its end flag or by trailers. */
    ENDED
  }

  private final StreamServices services;
  private final LoopState loop;
  private final BodyBudget.Reservation reservation;
  private final Outbox outbox;
  private final HeldBody body = new HeldBody();

  private State state = State.NEW;
  private RequestHeaders headers = RequestHeaders.NONE;
  private HeaderChanges changes = HeaderChanges.NONE;
  private String id = "";
  private @Nullable List<String> subset;
  private @Nullable BodyReader reader;
  private @Nullable PromptHasher hasher;
  private long bodyBytes;
  private long startedNanos;

  private String model = "";
  private String targetModel = "";
  private boolean streaming;
  private @Nullable Ticket ticket;

  private boolean trailersAnswered;
  private boolean endFlagOwed;
  private boolean sent;
  private boolean running;
  private boolean failed;

  RequestSide(
      StreamServices services, LoopState loop, BodyBudget.Reservation reservation, Outbox outbox) {
    this.services = services;
    this.loop = loop;
    this.reservation = reservation;
    this.outbox = outbox;
  }

  @Nullable Refusal headers(GatewayMessage message) {
    if (state != State.NEW) {
      return null;
    }
    startedNanos = services.nanos().getAsLong();
    headers = message::header;
    noteSubset(message);
    String given = message.header(REQUEST_ID);
    if (given == null || given.isEmpty()) {
      id = randomId();
      changes = changes.set(REQUEST_ID, id);
    } else {
      id = given;
    }
    if (message.endOfStream()) {
      state = State.ENDED;
      return schedule(PromptChain.EMPTY, 0);
    }
    collect();
    return announcesTooMuch(message.header(CONTENT_LENGTH)) ? tooLarge() : null;
  }

  @Nullable Refusal body(GatewayMessage message) {
    noteSubset(message);
    if (state == State.ENDED) {
      // agentgateway sends an empty end message after trailers, and waits for its answer.
      if (endFlagOwed && message.endOfStream()) {
        endFlagOwed = false;
        outbox.addBodyEnd(Direction.REQUEST);
      }
      return null;
    }
    BodyReader open = state == State.NEW ? collect() : collecting();
    int length = message.bodyLength();
    if (length > 0) {
      if (bodyBytes + length > services.maxRequestBodyBytes()) {
        return tooLarge();
      }
      bodyBytes += length;
      reservation.grow(body.add(message.bytes(), message.bodyOffset(), length));
      if (reservation.mustLetGo()) {
        return Refusal.noRoom(services.budget());
      }
      open.accept(message.bytes(), message.bodyOffset(), length);
    }
    return message.endOfStream() ? bodyEnded(open, true) : null;
  }

  @Nullable Refusal trailers(GatewayMessage message) {
    noteSubset(message);
    if (state == State.NEW || trailersAnswered) {
      return null;
    }
    trailersAnswered = true;
    if (state == State.COLLECTING) {
      // Without an end flag on the body, Envoy can still send the trailers on.
      Refusal refusal = bodyEnded(collecting(), false);
      if (refusal != null) {
        return refusal;
      }
      endFlagOwed = true;
    }
    outbox.add(Reply.requestTrailers());
    return null;
  }

  /** Whether a further message may be asked for. */
  boolean mayReceive() {
    return state != State.COLLECTING || reservation.mayReceive();
  }

  /** A piece of a message has come. */
  void arriving() {
    reservation.begin();
  }

  /** Whether a message that is arriving must not go on to do so, for want of memory. */
  boolean mustStopArriving() {
    return reservation.mustStopArriving();
  }

  /** A reply has left. */
  void written() {
    if (state != State.ENDED || sent) {
      return;
    }
    reservation.progressed();
    Ticket charged = ticket;
    if (charged != null && !outbox.carriesRequestBody()) {
      sent = true;
      body.clear();
      reservation.close();
      charged.bodySent(services.nanos().getAsLong());
      if (!model.isEmpty()) {
        running = true;
        services.events().startedRunning(model);
      }
    }
  }

  /** The model the client named; empty when it named none, or none is known yet. */
  String model() {
    return model;
  }

  /** The model the server was asked for; empty as {@link #model()}. */
  String targetModel() {
    return targetModel;
  }

  /** Whether the client asked for a streamed response. */
  boolean isStreaming() {
    return streaming;
  }

  /** When the headers came, as a ticker reading; 0 before that. */
  long startedNanos() {
    return startedNanos;
  }

  @Nullable Ticket ticket() {
    return ticket;
  }

  /** The request failed; only the first failure of a stream is told. */
  void failed(String code, String message) {
    if (!failed) {
      failed = true;
      services.events().failed(model, targetModel, code, message);
    }
  }

  /** The endpoint has done its work. */
  void release() {
    if (ticket != null) {
      ticket.close();
    }
  }

  /** The stream is over. */
  void end() {
    try {
      forgetReader();
      body.clear();
      reservation.close();
    } finally {
      try {
        release();
      } finally {
        if (running) {
          running = false;
          services.events().stoppedRunning(model);
        }
      }
    }
  }

  private BodyReader collect() {
    state = State.COLLECTING;
    if (startedNanos == 0) {
      startedNanos = services.nanos().getAsLong();
    }
    PromptHasher lent = loop.lendHasher(services.scheduler().promptHashing());
    hasher = lent;
    BodyReader opened = services.parser().get().open(headers, lent);
    reader = opened;
    return opened;
  }

  private BodyReader collecting() {
    BodyReader open = reader;
    if (open == null) {
      throw new IllegalStateException("reader: none (expected: one while collecting)");
    }
    return open;
  }

  private @Nullable Refusal bodyEnded(BodyReader open, boolean endFlag) {
    state = State.ENDED;
    Refusal refusal =
        switch (open.finish(body.slices())) {
          case ParseResult.Invalid invalid -> Refusal.badRequest(invalid.message());
          case ParseResult.Parsed parsed -> route(parsed, endFlag);
        };
    forgetReader();
    return refusal;
  }

  private @Nullable Refusal route(ParseResult.Parsed parsed, boolean endFlag) {
    streaming = parsed.streaming();
    model = parsed.model() == null ? "" : parsed.model();
    String rewrite = headers.header(MODEL_REWRITE);
    targetModel = rewrite == null || rewrite.isEmpty() || parsed.modelStart() < 0 ? model : rewrite;
    if (ModelName.isTooLong(targetModel)) {
      targetModel = model;
      return Refusal.badRequest(ModelName.problem(MODEL_REWRITE));
    }
    boolean rewritten = !targetModel.equals(model);
    List<BodySlice> held = body.slices();
    List<BodySlice> outgoing = rewritten ? parsed.withModel(held, targetModel) : held;
    long outgoingBytes = rewritten ? BodySlice.totalLength(outgoing) : bodyBytes;
    if (outgoingBytes != bodyBytes) {
      changes = changes.set(CONTENT_LENGTH, Long.toString(outgoingBytes));
    }
    Refusal refusal = schedule(parsed.chain(targetModel), outgoingBytes);
    if (refusal == null) {
      outbox.addBody(Direction.REQUEST, joined(outgoing), endFlag);
    }
    return refusal;
  }

  private @Nullable Refusal schedule(PromptChain prompt, long outgoingBytes) {
    InferenceRequest request =
        new InferenceRequest(id, targetModel, model, 0, outgoingBytes, prompt, subset, headers);
    return switch (loop.pass().schedule(request)) {
      case Decision.Rejected rejected -> Refusal.rejected(rejected);
      case Decision.Picked picked -> {
        Ticket charged = picked.ticket();
        ticket = charged;
        Endpoint endpoint = charged.endpoint();
        outbox.add(Reply.requestHeaders(destinations(endpoint, picked.fallbacks()), changes));
        long taken = services.nanos().getAsLong() - startedNanos;
        services.events().scheduled(request, endpoint, outgoingBytes, taken);
        yield null;
      }
    };
  }

  private void forgetReader() {
    reader = null;
    if (hasher != null) {
      loop.takeBack(hasher);
      hasher = null;
    }
  }

  private static Segments joined(List<BodySlice> slices) {
    Segments segments = new Segments();
    for (BodySlice slice : slices) {
      segments.add(slice.bytes(), slice.offset(), slice.length());
    }
    return segments;
  }

  private static String destinations(Endpoint first, List<Endpoint> fallbacks) {
    if (fallbacks.isEmpty()) {
      return first.destination();
    }
    StringBuilder list = new StringBuilder(first.destination());
    for (Endpoint fallback : fallbacks) {
      list.append(',').append(fallback.destination());
    }
    return list.toString();
  }

  private void noteSubset(GatewayMessage message) {
    List<String> named = message.subsetHint();
    if (named != null) {
      subset = named;
    }
  }

  /** A client that announces too long a body need not send it first. */
  private boolean announcesTooMuch(@Nullable String contentLength) {
    if (contentLength == null || contentLength.isEmpty() || contentLength.length() > 18) {
      return false;
    }
    long announced = 0;
    for (int i = 0; i < contentLength.length(); i++) {
      char digit = contentLength.charAt(i);
      if (digit < '0' || digit > '9') {
        return false;
      }
      announced = 10 * announced + (digit - '0');
    }
    return announced > services.maxRequestBodyBytes();
  }

  private Refusal tooLarge() {
    return Refusal.tooLarge(services.maxRequestBodyBytes());
  }

  /** A version 4 UUID that needs no lock and no entropy pool; it only has to differ. */
  private static String randomId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
