package dev.pickwick.testbed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pickwick.testbed.http.Fields;
import dev.pickwick.testbed.http.Framing;
import dev.pickwick.testbed.http.Head;
import dev.pickwick.testbed.http.HttpReader;
import dev.pickwick.testbed.http.HttpWriter;
import java.io.IOException;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One connection to a fake model server: reads requests, routes them, writes answers. */
final class ServerConnection {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelServer server;
  private final HttpReader reader;
  private final FaultyWriter writer;
  private @Nullable Thread watcher;

  ServerConnection(ModelServer server, Socket socket) throws IOException {
    this.server = server;
    this.reader = new HttpReader(socket.getInputStream());
    this.writer =
        new FaultyWriter(
            socket, new HttpWriter(socket.getOutputStream()), server.closed(), server.bytesSent());
  }

  void serve() throws IOException {
    for (Head head = reader.readHead(); head != null; head = nextHead()) {
      Framing framing = head.requestFraming();
      if (head.fields().lists("expect", "100-continue") && !(framing instanceof Framing.None)) {
        writer.plain().head(HttpWriter.statusLine(100), new Fields());
        writer.plain().flush();
      }
      byte[] body = reader.body(framing).readAll();
      long began = System.nanoTime();
      int status = handle(head, body);
      double seconds = (System.nanoTime() - began) / 1e9;
      server.http().count(head.path(), head.method(), status, seconds, body.length);
      if (writer.isBroken() || !head.keepsAlive()) {
        return;
      }
    }
  }

  private @Nullable Head nextHead() throws IOException {
    if (watcher != null) {
      try {
        watcher.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
      watcher = null;
    }
    return reader.readHead();
  }

  private int handle(Head head, byte[] body) throws IOException {
    String path = head.path();
    if (path.equals(server.options().dialect().path())) {
      return metrics(head);
    }
    if (head.method().equals("OPTIONS")) {
      return writer.response(200, headers(null).add("allow", "POST, OPTIONS"), new byte[0]);
    }
    return switch (path) {
      case "/v1/completions" -> api(head, ApiRequest.Api.COMPLETIONS, body);
      case "/v1/chat/completions" -> api(head, ApiRequest.Api.CHAT, body);
      case "/v1/responses" -> api(head, ApiRequest.Api.RESPONSES, body);
      case "/v1/embeddings" -> api(head, ApiRequest.Api.EMBEDDINGS, body);
      case "/v1/models" -> json(200, models());
      case "/v1/load_lora_adapter" -> adapter(body, true);
      case "/v1/unload_lora_adapter" -> adapter(body, false);
      case "/health", "/health/ready", "/ready", "/ping" ->
          writer.response(200, headers(null), new byte[0]);
      case "/metrics" -> json(200, JSON.createArrayNode());
      case "/admin/faults" -> admin(() -> Admin.faults(server, body));
      case "/admin/state", "/fake_metrics" -> admin(() -> Admin.state(server, body));
      default -> text(404, "Not Found");
    };
  }

  private int metrics(Head head) throws IOException {
    server.noteScrape();
    byte[] page = server.page(names(head));
    Fields headers = headers(server.pages().contentType());
    return writer.response(200, headers, page, server.fault(Fault.Target.METRICS));
  }

  private Set<String> names(Head head) {
    var names = new HashSet<String>();
    int query = head.target().indexOf('?');
    if (server.options().filtersByName() && query >= 0) {
      for (String part : head.target().substring(query + 1).split("&", -1)) {
        String decoded = URLDecoder.decode(part, StandardCharsets.UTF_8);
        if (decoded.startsWith("name[]=")) {
          names.add(decoded.substring("name[]=".length()));
        }
      }
    }
    return names;
  }

  private int api(Head head, ApiRequest.Api api, byte[] body) throws IOException {
    if (!head.method().equals("POST")) {
      return error(405, "Method Not Allowed", null);
    }
    Fault fault = server.fault(Fault.Target.API);
    if (fault != null && !FaultyWriter.isInStream(fault)) {
      int status = writer.response(200, headers("application/json"), new byte[0], fault);
      if (status != FaultyWriter.GO_ON) {
        return status;
      }
    }
    server.began();
    try {
      return generate(head, api, body, fault);
    } finally {
      server.ended();
    }
  }

  private int generate(Head head, ApiRequest.Api api, byte[] body, @Nullable Fault fault)
      throws IOException {
    ApiRequest request;
    try {
      request = ApiRequest.parse(api, body);
    } catch (ApiRequest.BadRequestException e) {
      return error(400, e.getMessage(), null);
    }
    String wanted = head.fields().first("x-return-error");
    if (wanted != null && wanted.matches("[1-5]\\d\\d")) {
      return error(Integer.parseInt(wanted), "Injected by X-Return-Error", null);
    }
    if (!server.knows(request.model())) {
      return error(404, "The model `" + request.model() + "` does not exist.", null);
    }
    String adapter = request.model().equals(server.options().model()) ? "" : request.model();
    var prompt = PromptBlocks.of(request.prompt(), adapter, server.options().blockSize());
    if (api == ApiRequest.Api.EMBEDDINGS) {
      return writer.response(
          200, podHeaders("application/json"), embeddings(request, prompt), fault);
    }
    int limit = server.options().maxModelLen();
    if (prompt.tokens() + Math.max(1, request.maxTokens()) > limit) {
      String message =
          "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the messages, %d in the completion). Please reduce the length of the messages or completion."
              .formatted(
                  limit,
                  prompt.tokens() + request.maxTokens(),
                  prompt.tokens(),
                  request.maxTokens());
      return error(400, message, podHeaders("application/json"));
    }
    int length = Answer.length(request, prompt, server.options().seed());
    var work = new Engine.Work(prompt, adapter, length, request.maxTokens(), request.stream());
    var events = new GenerationEvents();
    return switch (server.engine().submit(work, events)) {
      case Engine.Admission.QueueFull() -> {
        server.rejected();
        yield refuse(request, 429, "Too many requests, the waiting queue is full");
      }
      case Engine.Admission.TooLarge() ->
          refuse(request, 500, "The request needs more KV blocks than there are");
      case Engine.Admission.Accepted(Engine.Job job) -> {
        watch(events);
        var answer =
            new Answer(
                request, prompt, length, server.timeline().unixMillis(), server.nextNumber());
        yield request.stream()
            ? streamed(answer, job, events, fault)
            : whole(answer, job, events, fault);
      }
    };
  }

  /** The simulator has chosen status 200 and a stream before it looks at its queue. */
  private int refuse(ApiRequest request, int status, String message) throws IOException {
    if (request.stream() && server.options().dialect() == MetricsDialect.SIM) {
      String error = new String(Errors.body(status, message), StandardCharsets.UTF_8);
      byte[] events = ("data: " + error + "\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8);
      return writer.response(200, podHeaders("text/event-stream"), events);
    }
    return error(status, message, podHeaders("application/json"));
  }

  private int whole(Answer answer, Engine.Job job, GenerationEvents events, @Nullable Fault fault)
      throws IOException {
    int event = events.next();
    while (event > 0) {
      event = events.next();
    }
    if (event == GenerationEvents.GONE) {
      server.engine().cancel(job);
      writer.breakOff();
      return 499;
    }
    byte[] body = answer.whole(job.cachedTokens());
    return writer.response(200, podHeaders("application/json"), body, fault);
  }

  private int streamed(
      Answer answer, Engine.Job job, GenerationEvents events, @Nullable Fault fault)
      throws IOException {
    int event = events.next();
    if (event == GenerationEvents.GONE) {
      server.engine().cancel(job);
      writer.breakOff();
      return 499;
    }
    try {
      writer.beginChunked(200, podHeaders("text/event-stream"), fault);
      if (!answer.opening().isEmpty()) {
        writer.chunk(answer.opening());
      }
      for (; event > 0; event = events.next()) {
        writer.chunk(answer.tokens(event));
        writer.spoil(fault);
      }
      if (event == GenerationEvents.GONE) {
        throw new IOException("client gone");
      }
      writer.chunk(answer.closing(job.cachedTokens()));
      writer.endChunked();
      return 200;
    } catch (IOException e) {
      server.engine().cancel(job);
      throw e;
    }
  }

  /** Notices when the client goes away; ends when the next request's first byte comes. */
  private void watch(GenerationEvents events) {
    watcher =
        Thread.startVirtualThread(
            () -> {
              try {
                if (!reader.awaitInput()) {
                  events.gone();
                }
              } catch (IOException e) {
                events.gone();
              }
            });
  }

  private byte[] embeddings(ApiRequest request, PromptBlocks prompt) {
    ObjectNode root = JSON.createObjectNode().put("object", "list");
    ObjectNode item = root.putArray("data").addObject().put("object", "embedding");
    ArrayNode vector = item.put("index", 0).putArray("embedding");
    var random = new SplittableRandom(prompt.seed());
    for (int i = 0; i < 384; i++) {
      vector.add(random.nextInt(-128, 128) / 128.0);
    }
    root.put("model", request.model())
        .putObject("usage")
        .put("prompt_tokens", prompt.tokens())
        .put("total_tokens", prompt.tokens());
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode models() {
    ObjectNode root = JSON.createObjectNode().put("object", "list");
    ArrayNode data = root.putArray("data");
    String base = server.options().model();
    long seconds = server.timeline().unixMillis() / 1000;
    model(data, base, base, seconds).putNull("parent");
    server
        .adapters()
        .forEach(name -> model(data, name, "/none/" + name, seconds).put("parent", base));
    return root;
  }

  private ObjectNode model(ArrayNode data, String id, String root, long seconds) {
    ObjectNode model = data.addObject().put("id", id).put("object", "model");
    model.put("created", seconds).put("owned_by", "vllm").put("root", root);
    return model.put("max_model_len", server.options().maxModelLen());
  }

  private int adapter(byte[] body, boolean load) throws IOException {
    JsonNode name = JSON.readTree(body).path("lora_name");
    if (!name.isTextual()) {
      return error(400, "lora_name is missing", null);
    }
    server.setAdapter(name.textValue(), load);
    return text(200, "Success: adapter '" + name.textValue() + (load ? "' added." : "' removed."));
  }

  private int admin(Admin.Action action) throws IOException {
    try {
      return json(200, action.run());
    } catch (IllegalArgumentException | com.fasterxml.jackson.core.JacksonException e) {
      return error(400, String.valueOf(e.getMessage()), null);
    }
  }

  private int json(int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return writer.response(status, headers("application/json"), bytes);
  }

  private int text(int status, String body) throws IOException {
    return writer.response(
        status, headers("text/plain; charset=utf-8"), body.getBytes(StandardCharsets.UTF_8));
  }

  private int error(int status, @Nullable String message, @Nullable Fields headers)
      throws IOException {
    return writer.response(
        status,
        headers == null ? headers("application/json") : headers,
        Errors.body(status, message == null ? "" : message));
  }

  private Fields headers(@Nullable String contentType) {
    var headers = new Fields();
    headers.add("server", "pickwick-testbed");
    headers.add(
        "date",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.ofEpochMilli(server.timeline().unixMillis()).atOffset(ZoneOffset.UTC)));
    if (contentType != null) {
      headers.add("content-type", contentType);
    }
    return headers;
  }

  private Fields podHeaders(String contentType) {
    Fields headers = headers(contentType);
    if (server.options().podName() != null) {
      headers.add("x-inference-pod", server.options().podName());
      headers.add("x-inference-port", Integer.toString(server.port()));
    }
    if (server.options().podNamespace() != null) {
      headers.add("x-inference-namespace", server.options().podNamespace());
    }
    return headers;
  }
}
