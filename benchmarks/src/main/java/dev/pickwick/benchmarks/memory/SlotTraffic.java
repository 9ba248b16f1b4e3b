package dev.pickwick.benchmarks.memory;

import com.google.protobuf.ByteString;
import dev.pickwick.benchmarks.picker.HeldExchange;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc.ExternalProcessorStub;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Exchanges in slots: each begins its next one when the one before has ended and its time has come.
 * It keeps a picker busy and counts; it measures no latencies.
 */
final class SlotTraffic implements Traffic {

  private static final int CONNECTIONS = 4;
  private static final long PATIENCE_SECONDS = 60;
  private static final int NUMBER_EVERY = 64;
  private static final int NUMBER_DIGITS = 16;
  private static final double NANOS = 1e9;

  /** Makes the prompts of all traffic different. */
  private static final AtomicLong NUMBERS = new AtomicLong();

  @Override
  public Outcome send(int port, Wish wish) throws InterruptedException {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(
          Grpc.newChannelBuilderForAddress("127.0.0.1", port, InsecureChannelCredentials.create())
              .directExecutor()
              .build());
    }
    LongAdder completed = new LongAdder();
    LongAdder failed = new LongAdder();
    long start = System.nanoTime();
    try (ExecutorService slots = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < wish.concurrency(); i++) {
        int slot = i;
        ExternalProcessorStub stub = ExternalProcessorGrpc.newStub(channels.get(i % CONNECTIONS));
        slots.execute(() -> run(stub, wish, slot, start, completed, failed));
      }
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
    double seconds = (System.nanoTime() - start) / NANOS;
    return new Outcome(completed.sum() / seconds, failed.sum());
  }

  private static void run(
      ExternalProcessorStub stub,
      Wish wish,
      int slot,
      long start,
      LongAdder completed,
      LongAdder failed) {
    for (long i = slot; System.nanoTime() - start < wish.duration().toNanos(); ) {
      try {
        if (wish.rate() > 0) {
          long due = Math.round(i * NANOS / wish.rate());
          TimeUnit.NANOSECONDS.sleep(due - (System.nanoTime() - start));
        }
        HeldExchange exchange = new HeldExchange(stub);
        exchange.send(body(wish.bodyBytes()));
        exchange.placed().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        exchange.end().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        completed.increment();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (ExecutionException | TimeoutException e) {
        failed.increment();
        return; // the picker is gone or beside itself: nothing is gained by asking on
      }
      i += wish.concurrency();
    }
  }

  /** A completion request of so many bytes, in which no 64 bytes are those of another. */
  private static ByteString body(int bytes) {
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) 'a');
    byte[] head = "{\"model\": \"any\", \"prompt\": \"".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, body, 0, head.length);
    body[bytes - 2] = '"';
    body[bytes - 1] = '}';
    long number = NUMBERS.incrementAndGet();
    for (int at = head.length; at < bytes - NUMBER_EVERY; at += NUMBER_EVERY) {
      long rest = number;
      for (int i = 0; i < NUMBER_DIGITS; i++) {
        body[at + i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    return ByteString.copyFrom(body);
  }
}
