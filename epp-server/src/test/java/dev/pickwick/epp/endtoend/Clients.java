package dev.pickwick.epp.endtoend;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Clients that send completions with prompts nobody else sends. */
final class Clients implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Sends one and does not wait. */
  CompletableFuture<HttpResponse<String>> send(String baseUrl, String prompt) {
    String body =
        "{\"model\":\"%s\",\"max_tokens\":1,\"prompt\":\"%s\"}"
            .formatted(OpenAiScenarios.MODEL, prompt);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/v1/completions"))
            .timeout(Duration.ofSeconds(60))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  /** Different from every other prompt, and long enough for several blocks. */
  static String prompt(String series, int number) {
    return "%s %d: ".formatted(series, number) + "some words that follow, ".repeat(8);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
