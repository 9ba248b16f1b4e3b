package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import dev.pickwick.testbed.server.Latency;
import dev.pickwick.testbed.server.ModelServer;
import dev.pickwick.testbed.server.ModelServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the official client expects of a server, whatever gateway stands before the picker. */
abstract class OpenAiScenarios {
  static final String MODEL = "demo/llama";
  private static final String ADAPTER = "lora-a";
  private static final String PROMPT =
      "{\"model\":\"demo/llama\",\"prompt\":\"hi\",\"max_tokens\":1}";
  private static final List<String> PODS = List.of("pod-1", "pod-2", "pod-3");

  /** Where the gateway under test is. */
  abstract String gatewayUrl();

  abstract PickerFixture picker();

  static List<ModelServer> servers() throws IOException {
    List<ModelServer> servers = new ArrayList<>();
    for (int i = 0; i < PODS.size(); i++) {
      servers.add(
          ModelServer.start(
              ModelServerOptions.of(MODEL)
                  .latency(Latency.fixed(Duration.ofMillis(5), Duration.ofMillis(2)))
                  .cache(16, 8192)
                  .adapters(List.of(ADAPTER), 2)
                  .seed(i)));
    }
    return servers;
  }

  @Test
  @Recorded("completion")
  void completion_plain_isAnsweredAndNamesThePod() {
    try (Client client = client();
        HttpResponseFor<Completion> response =
            client.openAi.completions().withRawResponse().create(completion(MODEL))) {
      assertThat(response.headers().values("x-inference-pod")).hasSize(1).isSubsetOf(PODS);
      Completion completion = response.parse();
      assertThat(completion.model()).isEqualTo(MODEL);
      assertThat(completion.choices().getFirst().text()).isNotEmpty();
      assertThat(completion.usage()).isPresent();
    }
  }

  @Test
  @Recorded("chat-plain-openai")
  void chat_plain_isAnswered() {
    try (Client client = client()) {
      ChatCompletion chat = client.openAi.chat().completions().create(chat(MODEL).build());

      assertThat(chat.model()).isEqualTo(MODEL);
      assertThat(chat.choices().getFirst().message().content()).isPresent();
      assertThat(chat.usage()).isPresent();
    }
  }

  @Test
  @Recorded("chat-stream-openai")
  void chat_streaming_comesInPiecesWithUsageAtTheEnd() {
    try (Client client = client()) {
      List<ChatCompletionChunk> chunks = stream(client, MODEL);

      assertThat(chunks).hasSizeGreaterThan(2);
      assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.model()).isEqualTo(MODEL));
      assertThat(chunks.getLast().usage()).isPresent();
    }
  }

  @Test
  @Recorded("unknown-model")
  void unknownModel_theServersOwn404_passesThrough() {
    try (Client client = client()) {
      assertThatThrownBy(() -> client.openAi.completions().create(completion("no-such-model")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no-such-model");
    }
  }

  @Test
  @Recorded("malformed-json")
  void malformedBody_isRefusedInTheReferencesWords() throws Exception {
    HttpResponse<String> answer = post("/v1/completions", "no healthy upstream");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "inference error: BadRequest - error unmarshaling request bodyMap: invalid character"
                + " 'o' in literal null (expecting 'u')");
    assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
  }

  @Test
  void rewrittenModel_isServedUnderTheClientsName() {
    try (Client client = client("x-gateway-model-name-rewrite", MODEL)) {
      Completion completion = client.openAi.completions().create(completion("my-alias"));
      ChatCompletion chat = client.openAi.chat().completions().create(chat("my-alias").build());

      assertThat(completion.model()).isEqualTo("my-alias");
      assertThat(chat.model()).isEqualTo("my-alias");
    }
  }

  @Test
  void rewrittenModel_streaming_isRestoredInEveryPiece() {
    try (Client client = client("x-gateway-model-name-rewrite", MODEL)) {
      List<ChatCompletionChunk> chunks = stream(client, "a-much-longer-alias-than-the-model");

      assertThat(chunks).hasSizeGreaterThan(2);
      assertThat(chunks)
          .allSatisfy(
              chunk -> assertThat(chunk.model()).isEqualTo("a-much-longer-alias-than-the-model"));
    }
  }

  @Test
  void exchanges_thatWentWell_leaveNothingBehindAndCountAsNoFailure() throws Exception {
    double before = picker().metric("inference_objective_request_error_total");
    double abandoned = picker().metric("pickwick_streams_total{end=\"abandoned\"}");
    try (Client client = client()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.openAi.completions().create(completion(MODEL)).choices()).hasSize(1);
      }
      assertThat(stream(client, MODEL)).isNotEmpty();
    }

    Awaitility.await().untilAsserted(() -> assertThat(picker().inFlight()).isZero());
    assertThat(picker().metric("inference_objective_request_error_total")).isEqualTo(before);
    assertThat(picker().metric("pickwick_streams_total{end=\"abandoned\"}")).isEqualTo(abandoned);
  }

  @Test
  @Recorded("accept-gzip")
  void compressedAnswer_accepted_comesAsTheServerWroteIt() throws Exception {
    HttpResponse<String> answer = post("/v1/completions", PROMPT, "accept-encoding", "gzip, br");

    assertServed(answer);
    assertThat(answer.headers().firstValue("content-encoding")).isEmpty();
    assertThat(answer.body()).contains("\"text_completion\"");
  }

  @Test
  @Recorded("anthropic-messages")
  void messagesApi_isRefusedInTheReferencesWords() throws Exception {
    HttpResponse<String> answer =
        post(
            "/v1/messages",
            "{\"model\":\"demo/llama\",\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "inference error: BadRequest - invalid completions request: must have prompt field");
  }

  @Test
  @Recorded("embeddings")
  void embeddings_areAnswered() throws Exception {
    HttpResponse<String> answer =
        post("/v1/embeddings", "{\"model\":\"demo/llama\",\"input\":[\"a\",\"b\"]}");

    assertServed(answer);
    assertThat(answer.body()).contains("\"embedding\"");
  }

  @Test
  @Recorded("lora-model")
  void adapterAsModel_isServed() throws Exception {
    HttpResponse<String> answer =
        post("/v1/completions", "{\"model\":\"lora-a\",\"prompt\":\"x\",\"max_tokens\":1}");

    assertServed(answer);
    assertThat(answer.body()).contains("\"model\":\"" + ADAPTER + "\"");
  }

  @Test
  @Recorded("objective-sheddable")
  void objectiveNamed_isServed() throws Exception {
    assertServed(post("/v1/completions", PROMPT, "x-gateway-inference-objective", "sheddable"));
  }

  @Test
  @Recorded("responses-api")
  void responsesApi_isAnswered() throws Exception {
    HttpResponse<String> answer =
        post(
            "/v1/responses",
            "{\"model\":\"demo/llama\",\"input\":\"hello\",\"max_output_tokens\":8}");

    assertServed(answer);
    assertThat(answer.body()).contains("\"output_text\"");
  }

  @Test
  @Recorded("two-at-once")
  void twoAtOnce_areBothAnswered() throws Exception {
    try (HttpClient one = HttpClient.newHttpClient();
        HttpClient other = HttpClient.newHttpClient()) {
      CompletableFuture<HttpResponse<String>> first =
          one.sendAsync(request("/v1/completions", PROMPT), BodyHandlers.ofString());
      CompletableFuture<HttpResponse<String>> second =
          other.sendAsync(request("/v1/completions", PROMPT), BodyHandlers.ofString());

      assertServed(first.join());
      assertServed(second.join());
    }
  }

  @Test
  @Recorded("unknown-path")
  void unknownPath_theServersOwn404_passesThrough() throws Exception {
    HttpResponse<String> answer = post("/nothing/here", PROMPT);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("Not Found");
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request(path, body, headers), BodyHandlers.ofString());
    }
  }

  private HttpRequest request(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gatewayUrl() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(30))
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  private static void assertServed(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().allValues("x-inference-pod")).hasSize(1).isSubsetOf(PODS);
  }

  private static List<ChatCompletionChunk> stream(Client client, String model) {
    ChatCompletionCreateParams params =
        chat(model)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> response =
        client.openAi.chat().completions().createStreaming(params)) {
      return response.stream().toList();
    }
  }

  private static CompletionCreateParams completion(String model) {
    return CompletionCreateParams.builder().model(model).prompt("hi").maxTokens(8).build();
  }

  private static ChatCompletionCreateParams.Builder chat(String model) {
    return ChatCompletionCreateParams.builder()
        .model(model)
        .addUserMessage("Say something")
        .maxCompletionTokens(12);
  }

  private Client client(String... header) {
    OpenAIOkHttpClient.Builder builder =
        OpenAIOkHttpClient.builder()
            .baseUrl(gatewayUrl() + "/v1")
            .apiKey("none")
            .maxRetries(0)
            .timeout(Duration.ofSeconds(30));
    if (header.length == 2) {
      builder.putHeader(header[0], header[1]);
    }
    return new Client(builder.build());
  }

  /** The client, as something that can be closed by leaving a block. */
  private record Client(OpenAIClient openAi) implements AutoCloseable {
    @Override
    public void close() {
      openAi.close();
    }
  }
}
