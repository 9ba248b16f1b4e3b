package dev.pickwick.testbed.gateway;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pickwick.testbed.HostPort;
import dev.pickwick.testbed.http.Field;
import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Framing;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpReader;
import dev.pickwick.testbed.http.HttpWriter;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request through the gateway. The connection's thread drives it; helpers pump the
 * client's body to the picker, the picker's replies to the model server, and its response to the
 * picker.
 */
final class Exchange {

  /** How long Envoy, configured as in the recordings, waits for a reply. */
  private static final Duration MESSAGE_TIMEOUT = Duration.ofSeconds(10);

  private final Gateway gateway;
  private final GatewayOptions options;
  private final boolean envoy;
  private final Wire wire;
  private final Head head;
  private final Framing framing;
  private final HttpWriter client;
  private final PickerStream stream;
  private final Demultiplexer replies;
  private final ClientReader clientReader;
  private final Deadline deadline;
  private final Pipe<byte[]> upstreamBody = new Pipe<>(1);
  private final Object lock = new Object();
  private boolean responseBegun;
  private boolean clientGone;
  private boolean over;
  private @Nullable Upstream upstream;
  private @Nullable Thread clientThread;
  private volatile Fields upstreamTrailers = new Fields();
  private volatile Fields responseTrailers = new Fields();
  private Struct metadata = Struct.getDefaultInstance();

  Exchange(Gateway gateway, Head head, HttpReader reader, HttpWriter client) throws IOException {
    this.gateway = gateway;
    this.options = gateway.options();
    this.envoy = options.dialect() == Dialect.ENVOY;
    this.wire = envoy ? new EnvoyWire() : new AgentgatewayWire();
    this.head = head;
    this.framing = head.requestFraming();
    this.client = client;
    this.stream = gateway.channels().open();
    this.replies = new Demultiplexer(stream);
    this.clientReader =
        new ClientReader(reader, framing, stream, wire, options.dialect(), this::clientGone);
    this.deadline = Deadline.in(options.routeTimeout());
  }

  /**
   * Serves the request.
   *
   * @return whether the connection can carry another one
   */
  boolean run() throws IOException {
    boolean empty = framing instanceof Framing.None;
    Fields fields = wire.forwarded(head.fields());
    String authority = required(head.fields(), "host", "");
    boolean _ =
        stream.send(
            wire.requestHeaders(head.method(), "http", authority, head.target(), fields, empty));
    Thread.startVirtualThread(replies);
    if (!empty && head.fields().lists("expect", "100-continue")) {
      client.head(HttpWriter.statusLine(100), new Fields());
      client.flush();
    }
    clientThread = Thread.startVirtualThread(clientReader);
    fields.add(":method", head.method()).add(":scheme", "http");
    fields.add(":authority", authority).add(":path", head.target());
    try {
      return serve(fields, empty) && head.keepsAlive();
    } catch (GatewayErrorException e) {
      return refuse(e);
    } catch (IOException e) {
      abandon();
      throw e;
    }
  }

  /** Whether the body was read to its end, so that the next request can be told from it. */
  boolean isClientBodyDone() {
    return clientReader.isBodyDone();
  }

  /** Waits until nobody else reads from the client. */
  void awaitClientReader() throws InterruptedException {
    Thread reading = clientThread;
    if (reading != null) {
      reading.join();
    }
  }

  private boolean serve(Fields fields, boolean empty) throws IOException, GatewayErrorException {
    ProcessingResponse first = awaitRequestHeadersReply();
    if (first.hasImmediateResponse()) {
      return immediate(first.getImmediateResponse());
    }
    remember(first);
    HeaderMutations.apply(first.getRequestHeaders().getResponse().getHeaderMutation(), fields);
    if (empty) {
      upstreamBody.close();
    }
    Thread.startVirtualThread(() -> relayRequestBody(empty));
    InetSocketAddress address = Destination.of(fields, options);
    gateway.pause(options.upstreamDelay());
    long began = System.nanoTime();
    Upstream server = connect(address);
    if (!envoy) {
      metadata = served(address);
    }
    Head answer = call(server, fields, first, empty, address);
    return respond(server, answer, (System.nanoTime() - began) / 1_000_000);
  }

  private ProcessingResponse awaitRequestHeadersReply() throws GatewayErrorException {
    while (true) {
      ProcessingResponse reply = next(replies.toRequest());
      switch (reply.getResponseCase()) {
        case IMMEDIATE_RESPONSE, REQUEST_HEADERS -> {
          return reply;
        }
        case REQUEST_BODY -> earlyBody(reply.getRequestBody());
        case REQUEST_TRAILERS,
            RESPONSE_HEADERS,
            RESPONSE_BODY,
            RESPONSE_TRAILERS,
            RESPONSE_NOT_SET -> {}
      }
    }
  }

  /** Nobody reads the body yet: in agentgateway the second piece waits for ever. */
  private void earlyBody(BodyResponse reply) throws GatewayErrorException {
    if (envoy) {
      throw new GatewayErrorException(500, "");
    }
    try {
      boolean _ = upstreamBody.put(Piece.of(reply).bytes(), deadline);
    } catch (TimeoutException e) {
      throw timedOut();
    }
  }

  private ProcessingResponse next(Pipe<ProcessingResponse> from) throws GatewayErrorException {
    boolean bounded = envoy && deadline.isNever();
    try {
      ProcessingResponse reply = from.take(bounded ? Deadline.in(MESSAGE_TIMEOUT) : deadline);
      if (reply != null) {
        return reply;
      }
    } catch (TimeoutException e) {
      throw timedOut();
    }
    Status end = stream.end();
    if (envoy) {
      throw end != null && end.isOk()
          ? new GatewayErrorException(503, "no healthy upstream")
          : new GatewayErrorException(500, "");
    }
    throw new GatewayErrorException(500, "ext_proc failed: no more response messages");
  }

  private GatewayErrorException timedOut() {
    return new GatewayErrorException(504, envoy ? "" : "request timeout");
  }

  /** Envoy keeps the metadata the picker sends and shows it again with the response. */
  private void remember(ProcessingResponse reply) {
    Value namespace = reply.getDynamicMetadata().getFieldsMap().get(Messages.NAMESPACE);
    if (envoy && namespace != null && namespace.hasStructValue()) {
      metadata = namespace.getStructValue();
    }
  }

  private static Struct served(InetSocketAddress address) {
    return Struct.newBuilder()
        .putFields(
            Destination.HEADER + "-served",
            Value.newBuilder().setStringValue(HostPort.format(address)).build())
        .build();
  }

  private void relayRequestBody(boolean empty) {
    boolean ended = empty;
    ProcessingResponse reply = replies.toRequest().take();
    for (; reply != null; reply = replies.toRequest().take()) {
      if (ended) {
        continue;
      }
      if (reply.hasRequestTrailers() && envoy) {
        Fields trailers = clientTrailers(reply.getRequestTrailers().getHeaderMutation());
        upstreamTrailers = trailers;
        ended = true;
      } else if (reply.hasRequestBody()) {
        Piece piece = Piece.of(reply.getRequestBody());
        if (piece.bytes().length > 0) {
          boolean _ = upstreamBody.put(piece.bytes());
        }
        ended = piece.end();
      }
      if (ended) {
        upstreamBody.close();
      }
    }
    upstreamBody.close();
  }

  private Fields clientTrailers(HeaderMutation mutation) {
    var trailers = new Fields(clientReader.trailers());
    HeaderMutations.apply(mutation, trailers);
    return trailers;
  }

  private Upstream connect(InetSocketAddress address) throws IOException, GatewayErrorException {
    Upstream server;
    try {
      server = Upstream.connect(address);
    } catch (IOException e) {
      throw new GatewayErrorException(503, "upstream call failed: " + e.getMessage());
    }
    gateway.noteDestination(address);
    synchronized (lock) {
      upstream = server;
      if (!clientGone) {
        return server;
      }
    }
    server.close();
    throw new IOException("client gone");
  }

  private Head call(
      Upstream server,
      Fields fields,
      ProcessingResponse first,
      boolean empty,
      InetSocketAddress address)
      throws IOException, GatewayErrorException {
    String method = required(fields, ":method", head.method());
    String path = required(fields, ":path", head.target());
    String authority = required(fields, ":authority", HostPort.format(address));
    var sent = Fields.of("host", authority);
    for (Field field : fields) {
      if (!field.name().startsWith(":")) {
        sent.add(field.name(), field.value());
      }
    }
    boolean bodyless = empty && (method.equals("GET") || method.equals("HEAD"));
    boolean keepsLength = envoy && (empty || setsLength(first));
    if (!keepsLength) {
      sent.remove("content-length");
    }
    boolean chunked = !bodyless && !keepsLength;
    if (chunked) {
      sent.add("transfer-encoding", "chunked");
    }
    try {
      server.writeHead(method + ' ' + path + " HTTP/1.1", sent);
      if (!bodyless) {
        Thread.startVirtualThread(
            () -> server.writeBody(upstreamBody, chunked, () -> upstreamTrailers));
      }
      return server.readHead(deadline);
    } catch (SocketTimeoutException e) {
      throw timedOut();
    } catch (IOException e) {
      synchronized (lock) {
        if (clientGone) {
          throw e;
        }
      }
      throw new GatewayErrorException(503, "upstream call failed: " + e.getMessage());
    }
  }

  private static boolean setsLength(ProcessingResponse first) {
    return first.getRequestHeaders().getResponse().getHeaderMutation().getSetHeadersList().stream()
        .anyMatch(option -> option.getHeader().getKey().equalsIgnoreCase("content-length"));
  }

  private static String required(Fields fields, String name, String otherwise) {
    String value = fields.first(name);
    return value == null ? otherwise : value;
  }

  private boolean respond(Upstream server, Head answer, long upstreamMillis)
      throws IOException, GatewayErrorException {
    Framing responseFraming = answer.responseFraming(head.method());
    boolean empty = responseFraming instanceof Framing.None;
    var fields = new Fields(answer.fields());
    fields.remove("connection").remove("keep-alive");
    if (envoy) {
      fields.add("x-envoy-upstream-service-time", Long.toString(upstreamMillis));
    }
    synchronized (lock) {
      if (clientGone) {
        throw new IOException("client gone");
      }
      responseBegun = true;
    }
    if (!stream.send(wire.responseHeaders(answer.status(), fields, empty, metadata))) {
      throw new GatewayErrorException(500, envoy ? "" : "ext_proc failed: failed to send request");
    }
    if (empty) {
      server.close();
    } else {
      Thread.startVirtualThread(() -> pumpResponse(server, responseFraming));
    }
    fields.add(":status", Integer.toString(answer.status()));
    return finish(fields, empty);
  }

  /** Goes on to the response's end even when the client has left, as agentgateway does. */
  private void pumpResponse(Upstream server, Framing responseFraming) {
    HttpReader.Body body = server.reader().body(responseFraming);
    try {
      byte[] piece = body.next();
      boolean taken = true;
      for (; piece != null && taken; piece = body.next()) {
        taken = stream.send(wire.responseBody(piece, metadata));
      }
    } catch (IOException e) {
      if (envoy) {
        server.close();
        stream.cancel();
        return;
      }
      // agentgateway presents a response that broke off as one that ended.
    }
    responseTrailers = body.trailers();
    for (ProcessingRequest message : wire.responseEnd(body.trailers(), metadata)) {
      boolean _ = stream.send(message);
    }
    server.close();
    if (!envoy) {
      stream.halfClose();
    }
  }

  private boolean finish(Fields fields, boolean empty) throws IOException, GatewayErrorException {
    Pipe<ProcessingResponse> incoming = replies.toResponse();
    Deque<BodyResponse> early = new ArrayDeque<>();
    ProcessingResponse reply = next(incoming);
    while (reply.hasResponseBody()) {
      early.add(reply.getResponseBody());
      reply = next(incoming);
    }
    if (reply.hasImmediateResponse() && envoy) {
      return immediate(reply.getImmediateResponse());
    }
    boolean cutShort = reply.hasImmediateResponse();
    boolean complete = reply.getResponseHeaders().hasResponse();
    HeaderMutations.apply(reply.getResponseHeaders().getResponse().getHeaderMutation(), fields);
    var writer = new ClientResponse(client, head, fields, envoy);
    try {
      gateway.noteStatus(writer.status());
      writer.begin();
      if (empty) {
        if (!complete && !envoy) {
          // An empty HeadersResponse does not end the response there: one more message must come.
          ProcessingResponse _ = incoming.take();
        }
      } else if (!cutShort) {
        pumpToClient(incoming, early, writer);
      }
      // Before the client can know that it has everything and leave.
      endStream(empty);
      writer.end();
    } finally {
      incoming.abandon();
      endStream(empty);
    }
    return writer.keepsAlive();
  }

  private void endStream(boolean empty) {
    synchronized (lock) {
      over = true;
    }
    if (envoy) {
      stream.cancel();
    } else if (empty) {
      stream.halfClose();
    }
  }

  private void pumpToClient(
      Pipe<ProcessingResponse> incoming, Deque<BodyResponse> early, ClientResponse writer)
      throws IOException {
    boolean ended = false;
    while (!ended) {
      BodyResponse body = early.poll();
      if (body == null) {
        ProcessingResponse reply = incoming.take();
        if (reply == null) {
          // The picker ended early: what has come so far is all the client gets.
          return;
        }
        if (reply.hasResponseTrailers() && envoy) {
          var trailers = new Fields(responseTrailers);
          HeaderMutations.apply(reply.getResponseTrailers().getHeaderMutation(), trailers);
          writer.trailers(trailers);
          return;
        }
        if (!reply.hasResponseBody()) {
          continue;
        }
        body = reply.getResponseBody();
      }
      Piece piece = Piece.of(body);
      writer.piece(piece.bytes());
      ended = piece.end();
    }
  }

  private boolean immediate(ImmediateResponse response) throws IOException {
    var fields = Fields.of(":status", Integer.toString(status(response)));
    HeaderMutations.apply(response.getHeaders(), fields);
    int status = Integer.parseInt(required(fields, ":status", "200"));
    fields.remove(":status").remove("content-length");
    if (envoy) {
      if (!fields.has("content-type")) {
        fields.add("content-type", "text/plain");
      }
      fields.add("connection", "close");
    }
    closeStream();
    gateway.noteStatus(status);
    client.response(status, fields, response.getBody().toByteArray());
    return !envoy && clientReader.isBodyDone();
  }

  private static int status(ImmediateResponse response) {
    int code = response.hasStatus() ? response.getStatus().getCodeValue() : 200;
    return code == 0 ? 200 : code;
  }

  private boolean refuse(GatewayErrorException error) throws IOException {
    closeStream();
    synchronized (lock) {
      if (upstream != null) {
        upstream.close();
      }
      if (clientGone) {
        return false;
      }
    }
    gateway.noteStatus(error.status());
    boolean keep = clientReader.isBodyDone() && head.keepsAlive();
    var fields = Fields.of("content-type", "text/plain");
    if (!keep) {
      fields.add("connection", "close");
    }
    client.response(error.status(), fields, error.text().getBytes(StandardCharsets.UTF_8));
    return keep;
  }

  /** Ends the stream from this side; what the picker still says is read and dropped. */
  private void closeStream() {
    stream.halfClose();
    if (envoy) {
      stream.cancel();
    }
    upstreamBody.abandon();
    replies.toRequest().abandon();
    replies.toResponse().abandon();
  }

  /** The client left: before the response it ends everything, later only Envoy takes notice. */
  private void clientGone() {
    synchronized (lock) {
      if (over) {
        return;
      }
      clientGone = true;
      if (responseBegun && !envoy) {
        return;
      }
      if (upstream != null) {
        upstream.close();
      }
    }
    closeStream();
  }

  private void abandon() {
    boolean begun;
    synchronized (lock) {
      begun = responseBegun;
      if (upstream != null && (!begun || envoy)) {
        upstream.close();
      }
    }
    replies.toResponse().abandon();
    if (!begun || envoy) {
      closeStream();
    }
  }
}
