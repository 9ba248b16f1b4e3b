package dev.pickwick.benchmarks.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pickwick.testbed.trace.Prompts;
import dev.pickwick.testbed.trace.Trace;
import dev.pickwick.testbed.trace.TraceRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Sends the requests of a trace at their times, as streaming completions, and tallies the answers.
 *
 * <p>The trace gives several requests one time stamp; these are spread evenly up to the next one.
 */
final class Replay {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Prompts keep their shared beginnings, at an eighth of their length and 16 blocks at most. */
  private static final int CHARACTERS_PER_BLOCK = 256;

  private static final int MOST_BLOCKS = 16;

  /** Answers are a thirty-second of the recorded ones, so that a replay takes seconds. */
  private static final int OUTPUT_SCALE = 32;

  private static final int MOST_TOKENS = 24;
  private static final int WARM_UPS = 400;
  private static final int WARM_UP_AT_ONCE = 24;

  private final List<TraceRequest> rows;
  private final double speed;
  private final Prompts prompts;

  Replay(Trace trace, double speed, long seed) {
    this.rows = trace.requests();
    this.speed = speed;
    this.prompts = new Prompts(CHARACTERS_PER_BLOCK, MOST_BLOCKS, seed);
  }

  int size() {
    return rows.size();
  }

  /**
   * Sends everything and waits for the answers.
   *
   * @param url of the gateway
   * @param pod the pod that a value of {@code x-inference-pod} names; -1: none
   * @param limit after which nothing more is sent
   * @return how many were sent
   */
  int run(String url, ToIntFunction<String> pod, Tally tally, Optional<Duration> limit)
      throws InterruptedException {
    long start = System.nanoTime();
    int sent = 0;
    // Closed in reverse: first all exchanges end, then the client goes.
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      URI uri = URI.create(url + "/v1/completions");
      for (int i = 0; i < rows.size(); i++) {
        long due = Math.round(millisAt(i) / speed * 1e6);
        if (limit.isPresent() && due > limit.get().toNanos()) {
          break;
        }
        TimeUnit.NANOSECONDS.sleep(due - (System.nanoTime() - start));
        TraceRequest row = rows.get(i);
        int tokens = Math.clamp(row.outputTokens() / OUTPUT_SCALE, 2, MOST_TOKENS);
        String body = body(prompts.of(row), tokens);
        clients.execute(() -> exchange(http, uri, body, pod, tally));
        sent++;
      }
    }
    return sent;
  }

  /**
   * Sends short requests that count nowhere, so that a replay does not measure how this process
   * compiles itself.
   */
  static void warmUp(String url) throws InterruptedException {
    Tally nowhere = new Tally(1);
    Semaphore places = new Semaphore(WARM_UP_AT_ONCE);
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      URI uri = URI.create(url + "/v1/completions");
      for (int i = 0; i < WARM_UPS; i++) {
        String body = body("warm-up " + i, 2);
        places.acquire();
        clients.execute(
            () -> {
              try {
                exchange(http, uri, body, _ -> 0, nowhere);
              } finally {
                places.release();
              }
            });
      }
    }
  }

  /** When a row is due, in milliseconds of the trace. */
  double millisAt(int index) {
    long at = rows.get(index).atMillis();
    int first = index;
    while (first > 0 && rows.get(first - 1).atMillis() == at) {
      first--;
    }
    int next = index;
    while (next < rows.size() && rows.get(next).atMillis() == at) {
      next++;
    }
    if (next == rows.size()) {
      return at;
    }
    double gap = rows.get(next).atMillis() - at;
    return at + gap * (index - first) / (next - first);
  }

  private static String body(String prompt, int tokens) {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", Pool.MODEL);
    body.put("prompt", prompt);
    body.put("max_tokens", tokens);
    body.put("stream", true);
    return body.toString();
  }

  private static void exchange(
      HttpClient http, URI uri, String body, ToIntFunction<String> pod, Tally tally) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    long start = System.nanoTime();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      double millis = read(response.body(), start);
      String name = response.headers().firstValue("x-inference-pod").orElse("");
      int index = pod.applyAsInt(name);
      if (response.statusCode() != 200) {
        tally.failed("status " + response.statusCode());
      } else if (index < 0) {
        tally.failed("x-inference-pod: \"" + name + "\" (expected: a pod of the pool)");
      } else if (Double.isNaN(millis)) {
        tally.failed("the answer of " + name + " ended without [DONE]");
      } else {
        tally.answered(index, millis);
      }
    } catch (IOException e) {
      tally.failed(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      tally.failed("interrupted");
    }
  }

  /** Milliseconds to the first event; {@code NaN} when the answer is not complete. */
  private static double read(InputStream body, long start) throws IOException {
    double millis = Double.NaN;
    boolean complete = false;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith("data:") && Double.isNaN(millis)) {
          millis = (System.nanoTime() - start) / 1e6;
        }
        complete |= line.equals("data: [DONE]");
      }
    }
    return complete ? millis : Double.NaN;
  }
}
