package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.testbed.gateway.Gateway;
import dev.pickwick.testbed.gateway.GatewayOptions;
import dev.pickwick.testbed.server.Latency;
import dev.pickwick.testbed.server.ModelServer;
import dev.pickwick.testbed.server.ModelServerOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Six model servers, one four times slower, at about 70 % of what they can do together: 600
 * requests with different prompts at even intervals.
 *
 * <p>Two slots of 100 ms make 20 requests a second, five such and one of 5 a second make 105; 74 a
 * second are sent.
 */
class RoutingQualityTest {
  private static final int PODS = 6;
  private static final int SLOW = PODS - 1;
  private static final int REQUESTS = 600;
  private static final int WARM_UPS = 300;
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / 74;
  private static final double MEAN_SHARE = 1.0 / PODS;
  private static final String RANDOM =
      """
      apiVersion: inference.networking.x-k8s.io/v1alpha1
      kind: EndpointPickerConfig
      plugins: [{type: random-picker}]
      schedulingProfiles: [{name: default, plugins: [{pluginRef: random-picker}]}]
      """;

  @TempDir Path directory;

  @Test
  void defaultProfile_givesTheSlowServerAtMostHalfTheMeanAndBeatsRoundRobin() throws Exception {
    Run picked = throughThePicker();
    Run dealt = roundRobin();

    assertThat(picked.share(SLOW)).isLessThanOrEqualTo(MEAN_SHARE / 2);
    assertThat(picked.ninthDecileMillis()).isLessThan(dealt.ninthDecileMillis());
  }

  /** The same with picks by chance does not pass: the measure above can fail. */
  @Test
  void randomPicker_givesTheSlowServerMoreThanHalfTheMean() throws Exception {
    Path config = Files.writeString(directory.resolve("random.yaml"), RANDOM);

    Run picked = throughThePicker("--config-file=" + config);

    assertThat(picked.share(SLOW)).isGreaterThan(MEAN_SHARE / 2);
  }

  private Run throughThePicker(String... flags) throws Exception {
    List<ModelServer> servers = servers();
    String[] line = Arrays.copyOf(flags, flags.length + 1);
    line[flags.length] = "--secure-serving=false";
    try (PickerFixture picker = PickerFixture.forServers(directory, servers, line);
        Gateway gateway = Gateway.start(GatewayOptions.to(picker.address()))) {
      return run(servers, _ -> gateway.url());
    } finally {
      close(servers);
    }
  }

  /** Dealt out by the client itself, which spares round robin the gateway and the picker. */
  private Run roundRobin() throws Exception {
    List<ModelServer> servers = servers();
    try {
      return run(servers, i -> "http://" + servers.get(i % PODS).endpoint());
    } finally {
      close(servers);
    }
  }

  private static Run run(List<ModelServer> servers, IntFunction<String> url) {
    try (Clients clients = new Clients()) {
      List<CompletableFuture<HttpResponse<String>>> warmUps = new ArrayList<>();
      for (int i = 0; i < WARM_UPS; i++) {
        warmUps.add(clients.send(url.apply(i), Clients.prompt("warm-up", i)));
        if (i % 10 == 9) {
          warmUps.forEach(CompletableFuture::join);
        }
      }
      long[] before = requests(servers);
      long[] millis = new long[REQUESTS];
      List<CompletableFuture<?>> answers = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < REQUESTS; i++) {
        waitUntil(start + i * INTERVAL_NANOS);
        int request = i;
        long sent = System.nanoTime();
        answers.add(
            clients
                .send(url.apply(i), Clients.prompt("request", i))
                .thenAccept(
                    answer -> {
                      assertThat(answer.statusCode()).isEqualTo(200);
                      millis[request] = (System.nanoTime() - sent) / 1_000_000;
                    }));
      }
      answers.forEach(CompletableFuture::join);
      long[] after = requests(servers);
      Arrays.setAll(after, i -> after[i] - before[i]);
      Arrays.sort(millis);
      return new Run(after, millis);
    }
  }

  private static void waitUntil(long due) {
    long left;
    while ((left = due - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  private static List<ModelServer> servers() throws IOException {
    List<ModelServer> servers = new ArrayList<>();
    for (int i = 0; i < PODS; i++) {
      servers.add(
          ModelServer.start(
              ModelServerOptions.of(OpenAiScenarios.MODEL)
                  .slots(2, 1000)
                  .latency(Latency.fixed(Duration.ofMillis(100), Duration.ZERO))
                  .slowness(i == SLOW ? 4 : 1)
                  .seed(7)));
    }
    return servers;
  }

  private static void close(List<ModelServer> servers) throws IOException {
    for (ModelServer server : servers) {
      server.close();
    }
  }

  private static long[] requests(List<ModelServer> servers) {
    return servers.stream().mapToLong(server -> server.stats().requests()).toArray();
  }

  /** Requests by server, and the sorted times to the answer, which is one token. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Run(long[] requests, long[] millis) {
    double share(int pod) {
      return (double) requests[pod] / Arrays.stream(requests).sum();
    }

    long ninthDecileMillis() {
      return millis[millis.length * 9 / 10];
    }
  }
}
