package dev.pickwick.benchmarks.burst;

import com.google.protobuf.ByteString;
import dev.pickwick.benchmarks.picker.HeldExchange;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Bursts over some connections to one picker. */
final class Bursts implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PROMPT_REPEATS = 20;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private int bursts;

  /** Connects to a port of the loopback, without TLS. */
  Bursts(int port, int connections) {
    for (int i = 0; i < connections; i++) {
      channels.add(
          Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
              .directExecutor()
              .build());
    }
  }

  /**
   * Sends so many different requests at once, waits until all are placed, and only then ends them.
   *
   * @return how many each destination got
   * @throws IOException when one of them is not placed
   */
  Map<String, Integer> burst(int size) throws IOException, InterruptedException {
    bursts++;
    List<HeldExchange> exchanges = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ManagedChannel channel = channels.get(i % channels.size());
      exchanges.add(new HeldExchange(ExternalProcessorGrpc.newStub(channel)));
    }
    for (int i = 0; i < size; i++) {
      exchanges.get(i).send(body(i));
    }
    await(exchanges.stream().map(HeldExchange::placed).toList());
    Map<String, Integer> counts = new HashMap<>();
    for (HeldExchange each : exchanges) {
      counts.merge(each.placed().resultNow(), 1, Integer::sum);
    }
    await(exchanges.stream().map(HeldExchange::end).toList());
    return counts;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  /** Prompts have nothing in common, so that no endpoint is dearer to them than another. */
  private ByteString body(int number) {
    String prompt = ("words " + bursts + " of " + number + " ").repeat(PROMPT_REPEATS);
    return ByteString.copyFromUtf8("{\"model\": \"any\", \"prompt\": \"" + prompt + "\"}");
  }

  private static void await(List<? extends CompletableFuture<?>> all)
      throws IOException, InterruptedException {
    try {
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("a request was not placed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException("not all requests were placed in " + PATIENCE.toSeconds() + " s", e);
    }
  }
}
