package dev.pickwick.testbed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** The text of one answer and its JSON, whole or event by event. Belongs to one thread. */
final class Answer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] WORDS =
      ("I am fine, how are you today? The rest is silence. To be or not to be, that is the"
              + " question. Testing testing one two three. Today is a nice sunny day.")
          .split("(?<= )", -1);

  private final ApiRequest request;
  private final int promptTokens;
  private final int outputTokens;
  private final long createdSeconds;
  private final String id;
  private int next;

  Answer(ApiRequest request, PromptBlocks prompt, int outputTokens, long unixMillis, long number) {
    this.request = request;
    this.promptTokens = prompt.tokens();
    this.outputTokens = outputTokens;
    this.createdSeconds = unixMillis / 1000;
    String prefix =
        switch (request.api()) {
          case CHAT -> "chatcmpl-";
          case RESPONSES -> "resp_";
          case COMPLETIONS, EMBEDDINGS -> "cmpl-";
        };
    this.id = prefix + "%016x-%d".formatted(prompt.seed(), number);
    this.next = (int) Math.floorMod(prompt.seed(), (long) WORDS.length);
  }

  /**
   * Length of the answer to a request, in tokens: one draw for each prompt and seed.
   *
   * <p>With a limit: 15 of 100 answers reach it, the others spread over five sixths of it by the
   * weights 20, 30, 20, 5 and 10. Without: normal, mean 40, standard deviation 20.
   */
  static int length(ApiRequest request, PromptBlocks prompt, long seed) {
    int limit = request.maxTokens();
    if (request.remoteDecode() || limit == 1) {
      return 1;
    }
    if (request.ignoreEos()) {
      return limit;
    }
    var random = new SplittableRandom(seed ^ prompt.seed() ^ 0x5DEECE66DL);
    if (limit == 0) {
      return (int) Math.max(1, Math.round(40 + 20 * random.nextGaussian()));
    }
    int draw = random.nextInt(100);
    if (draw >= 85) {
      return limit;
    }
    int sixth = draw < 20 ? 0 : draw < 50 ? 1 : draw < 70 ? 2 : draw < 75 ? 3 : 4;
    return Math.max(1, (int) (limit * (sixth + random.nextDouble()) / 6));
  }

  /** Whether the answer ended by itself, by its limit, or for another server to go on. */
  String finishReason() {
    if (request.remoteDecode()) {
      return "remote_decode";
    }
    return request.maxTokens() > 0 && outputTokens >= request.maxTokens() ? "length" : "stop";
  }

  /** The body of an answer that is not streamed. */
  byte[] whole(int cachedTokens) {
    String text = words(outputTokens);
    ObjectNode root = root(false);
    if (request.api() == ApiRequest.Api.RESPONSES) {
      responses(root, text);
    } else {
      ObjectNode choice = choice(root);
      choice.put("finish_reason", finishReason());
      if (request.api() == ApiRequest.Api.CHAT) {
        ObjectNode message = choice.putObject("message");
        message.put("role", "assistant").put("content", text).putNull("refusal");
      } else {
        choice.put("text", text);
      }
      root.set("usage", usage(cachedTokens));
    }
    if (request.remoteDecode()) {
      ObjectNode transfer = root.putObject("kv_transfer_params");
      transfer.put("do_remote_decode", false).put("do_remote_prefill", true);
      transfer.putArray("remote_block_ids").add("DUMMY_ID");
      transfer.put("remote_engine_id", "DUMMY_ID").put("remote_host", "DUMMY");
      transfer.put("remote_port", 1234).put("tp_size", 1);
    }
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The event that opens a stream; empty where the API has none. */
  String opening() {
    if (request.api() == ApiRequest.Api.RESPONSES) {
      ObjectNode event = JSON.createObjectNode().put("type", "response.created");
      event.put("sequence_number", 0);
      event.set("response", responses(root(true), "").put("status", "in_progress"));
      return event("response.created", event);
    }
    if (request.api() != ApiRequest.Api.CHAT) {
      return "";
    }
    ObjectNode root = root(true);
    choice(root)
        .putNull("finish_reason")
        .putObject("delta")
        .put("role", "assistant")
        .put("content", "");
    return data(root);
  }

  /** The event for that many more tokens. */
  String tokens(int count) {
    String text = words(count);
    if (request.api() == ApiRequest.Api.RESPONSES) {
      ObjectNode event = JSON.createObjectNode().put("type", "response.output_text.delta");
      event.put("sequence_number", next).put("item_id", id).put("output_index", 0);
      return event("response.output_text.delta", event.put("content_index", 0).put("delta", text));
    }
    ObjectNode root = root(true);
    ObjectNode choice = choice(root).putNull("finish_reason");
    if (request.api() == ApiRequest.Api.CHAT) {
      choice.putObject("delta").put("content", text);
    } else {
      choice.put("text", text);
    }
    return data(root);
  }

  /** The events that end a stream. */
  String closing(int cachedTokens) {
    if (request.api() == ApiRequest.Api.RESPONSES) {
      ObjectNode event = JSON.createObjectNode().put("type", "response.completed");
      event.put("sequence_number", next + 1);
      event.set("response", responses(root(true), ""));
      return event("response.completed", event);
    }
    ObjectNode last = root(true);
    ObjectNode choice = choice(last).put("finish_reason", finishReason());
    if (request.api() == ApiRequest.Api.CHAT) {
      choice.putObject("delta");
    } else {
      choice.put("text", "");
    }
    var text = new StringBuilder(data(last));
    if (request.includeUsage()) {
      ObjectNode root = root(true);
      root.putArray("choices");
      root.set("usage", usage(cachedTokens));
      text.append(data(root));
    }
    return text.append("data: [DONE]\n\n").toString();
  }

  private ObjectNode root(boolean chunk) {
    ObjectNode root = JSON.createObjectNode().put("id", id);
    switch (request.api()) {
      case CHAT -> root.put("object", chunk ? "chat.completion.chunk" : "chat.completion");
      case RESPONSES -> root.put("object", "response");
      case COMPLETIONS, EMBEDDINGS -> root.put("object", "text_completion");
    }
    root.put(request.api() == ApiRequest.Api.RESPONSES ? "created_at" : "created", createdSeconds);
    return root.put("model", request.model());
  }

  private static ObjectNode choice(ObjectNode root) {
    return root.putArray("choices").addObject().put("index", 0).putNull("logprobs");
  }

  private ObjectNode responses(ObjectNode root, String text) {
    root.put("status", "completed").put("parallel_tool_calls", true).put("tool_choice", "auto");
    root.putArray("tools");
    ObjectNode message = root.putArray("output").addObject();
    message
        .put("type", "message")
        .put("id", id)
        .put("role", "assistant")
        .put("status", "completed");
    ObjectNode content = message.putArray("content").addObject().put("type", "output_text");
    content.put("text", text).putArray("annotations");
    ObjectNode usage = root.putObject("usage");
    usage.put("input_tokens", promptTokens).put("output_tokens", outputTokens);
    usage.put("total_tokens", promptTokens + outputTokens);
    return root;
  }

  private ObjectNode usage(int cachedTokens) {
    ObjectNode usage = JSON.createObjectNode();
    usage.put("prompt_tokens", promptTokens).put("completion_tokens", outputTokens);
    usage.put("total_tokens", promptTokens + outputTokens);
    usage.putObject("prompt_tokens_details").put("cached_tokens", cachedTokens);
    return usage;
  }

  private String words(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(WORDS[next % WORDS.length]);
      next++;
    }
    return text.toString();
  }

  private static String data(JsonNode event) {
    return "data: " + event + "\n\n";
  }

  private static String event(String name, JsonNode event) {
    return "event: " + name + '\n' + data(event);
  }
}
