package dev.pickwick.benchmarks.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.pickwick.benchmarks.wire.Piece;
import dev.pickwick.benchmarks.wire.RawMethod;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as agentgateway 1.2.1 puts it to a picker: headers, body, an empty end message;
 * once it knows the destination, the response in the same way; then half-close, and the end of the
 * stream. Every byte that comes back is compared with what was sent. Owned by its lane's event
 * loop.
 */
final class LoadExchange extends ClientCall.Listener<byte[]> {

  /** Field numbers of the kinds of reply. */
  private static final int REQUEST_HEADERS = 1;

  private static final int RESPONSE_HEADERS = 2;
  private static final int REQUEST_BODY = 3;
  private static final int RESPONSE_BODY = 4;
  private static final int IMMEDIATE = 7;

  private static final String DESTINATION = "x-gateway-destination-endpoint";
  private static final int ALL = Integer.MAX_VALUE;

  /** So much is handed over before gRPC is asked, which calls no stream ready before it is open. */
  private static final int UNASKED_BYTES = 32 << 10;

  private final LoadLane lane;
  private final long number;
  private final ClientCall<byte[], byte[]> call;
  private final Piece piece = new Piece();

  /** When it was due, and when it began: ticker readings in nanoseconds. */
  private final long dueNanos;

  private long beganNanos;
  private long lastByteNanos;
  private int unaskedBytes = UNASKED_BYTES;
  private int sentRequest = -1;
  private int sentResponse;
  private int echoedRequest;
  private int echoedResponse;
  private boolean requestEnded;
  private boolean responseAnswered;
  private boolean responseEnded;
  private boolean halfClosed;
  private @Nullable String destination;
  private @Nullable ResponseMessages response;
  private @Nullable String error;

  LoadExchange(LoadLane lane, Channel channel, long number, long dueNanos) {
    this.lane = lane;
    this.number = number;
    this.dueNanos = dueNanos;
    this.call = channel.newCall(RawMethod.PROCESS, CallOptions.DEFAULT);
  }

  void begin() {
    beganNanos = System.nanoTime();
    call.start(this, new Metadata());
    call.request(ALL);
    send(lane.requestHeaders());
    sentRequest = 0;
    send();
  }

  /** Gives it up because it takes too long. */
  void abandon() {
    fail("no end in time");
    call.cancel("takes too long", null);
  }

  @Override
  public void onReady() {
    send();
  }

  @Override
  public void onMessage(byte[] reply) {
    if (error != null) {
      return;
    }
    try {
      accept(reply);
    } catch (IOException e) {
      fail("malformed reply");
    }
    if (error != null) {
      halfClose();
    } else {
      send();
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (!status.isOk()) {
      fail("stream ended " + status.getCode());
    } else if (destination == null) {
      fail("stream ended without destination");
    } else if (!requestEnded) {
      fail("request body not given back whole");
    } else if (!responseAnswered || !responseEnded) {
      fail("response not given back whole");
    }
    long now = System.nanoTime();
    if (error == null) {
      lane.figures().wholeNanos(now - dueNanos);
    } else {
      lane.figures().failed(error);
    }
    lane.ended(this, error != null);
  }

  private void accept(byte[] reply) throws IOException {
    switch (Piece.kind(reply)) {
      case REQUEST_HEADERS -> decided(reply);
      case REQUEST_BODY -> requestPiece(reply);
      case RESPONSE_HEADERS -> {
        check(sentResponse > 0 && !responseAnswered, "reply out of turn");
        responseAnswered = true;
      }
      case RESPONSE_BODY -> responsePiece(reply);
      case IMMEDIATE ->
          fail(
              "immediate response "
                  + ProcessingResponse.parseFrom(reply)
                      .getImmediateResponse()
                      .getStatus()
                      .getCodeValue());
      default -> fail("unknown reply");
    }
  }

  private void decided(byte[] reply) throws InvalidProtocolBufferException {
    check(destination == null, "headers answered twice");
    String found = null;
    for (HeaderValueOption option :
        ProcessingResponse.parseFrom(reply)
            .getRequestHeaders()
            .getResponse()
            .getHeaderMutation()
            .getSetHeadersList()) {
      if (option.getHeader().getKey().equals(DESTINATION)) {
        ByteString raw = option.getHeader().getRawValue();
        found = raw.isEmpty() ? option.getHeader().getValue() : raw.toStringUtf8();
      }
    }
    if (found == null) {
      fail("headers reply without destination");
      return;
    }
    if (lastByteNanos == 0) {
      fail("decided before the end of the body");
      return;
    }
    destination = found;
    response = lane.response(found);
    lane.figures().decided(found, System.nanoTime() - lastByteNanos + beganNanos - dueNanos);
  }

  private void requestPiece(byte[] reply) throws IOException {
    check(destination != null && !requestEnded, "reply out of turn");
    piece.ofReply(reply);
    if (!lane.givenBack()) {
      requestEnded = piece.end();
      return;
    }
    check(
        lane.body().matches(number, echoedRequest, reply, piece.offset(), piece.length()),
        "request body altered");
    echoedRequest += piece.length();
    requestEnded = piece.end();
    check(!requestEnded || echoedRequest == lane.body().length(), "request body cut off");
  }

  private void responsePiece(byte[] reply) throws IOException {
    ResponseMessages expected = response;
    if (expected == null || !responseAnswered || responseEnded) {
      fail("reply out of turn");
      return;
    }
    piece.ofReply(reply);
    if (!lane.givenBack()) {
      responseEnded = piece.end();
      return;
    }
    check(
        expected.matches(echoedResponse, reply, piece.offset(), piece.length()),
        "response altered");
    echoedResponse += piece.length();
    responseEnded = piece.end();
    check(!responseEnded || echoedResponse == expected.length(), "response cut off");
  }

  /** Sends what may be sent now; a gateway does not run ahead of a connection that is full. */
  private void send() {
    if (halfClosed || sentRequest < 0) {
      return;
    }
    int all = lane.body().messages();
    while (sentRequest < all && mayGoOn()) {
      byte[] message = lane.body().message(sentRequest++, number);
      if (sentRequest == all) {
        lastByteNanos = System.nanoTime();
      }
      send(message);
    }
    ResponseMessages messages = response;
    if (messages == null) {
      return;
    }
    while (sentResponse < messages.size() && mayGoOn()) {
      send(messages.get(sentResponse++));
    }
    if (sentResponse == messages.size()) {
      halfClose();
    }
  }

  private boolean mayGoOn() {
    return unaskedBytes > 0 || call.isReady();
  }

  private void send(byte[] message) {
    unaskedBytes -= message.length;
    call.sendMessage(message);
  }

  private void halfClose() {
    if (!halfClosed) {
      halfClosed = true;
      call.halfClose();
    }
  }

  private void check(boolean fine, String otherwise) {
    if (!fine) {
      fail(otherwise);
    }
  }

  /** The first error is the one that counts. */
  private void fail(String what) {
    if (error == null) {
      error = what;
    }
  }
}
