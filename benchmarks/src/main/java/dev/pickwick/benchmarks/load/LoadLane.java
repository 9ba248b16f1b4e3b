package dev.pickwick.benchmarks.load;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One connection and the exchanges on it, all on the connection's event loop. */
final class LoadLane {

  /** After a failure, so that a picker that is gone is not asked a million times a second. */
  private static final int PAUSE_MILLIS = 10;

  private final LoadOptions options;
  private final LoadBody body;
  private final ManagedChannel channel;
  private final EventExecutor loop;
  private final AtomicLong numbers;
  private final int share;
  private final byte[] requestHeaders;
  private final Map<String, ResponseMessages> responses = new HashMap<>();
  private final Set<LoadExchange> open = new HashSet<>();
  private final Queue<Long> overdue = new ArrayDeque<>();
  private Tally tally = new Tally();
  private CountDownLatch done = new CountDownLatch(0);
  private long endNanos;
  private long nextDueNanos;
  private long intervalNanos;
  private int pauses;
  private boolean starting;
  private boolean over = true;

  /**
   * A lane.
   *
   * @param numbers what makes each request's prompt its own
   * @param share exchanges at once at most, at least 1
   */
  LoadLane(
      LoadOptions options,
      LoadBody body,
      ManagedChannel channel,
      EventExecutor loop,
      AtomicLong numbers,
      int share) {
    this.options = options;
    this.body = body;
    this.channel = channel;
    this.loop = loop;
    this.numbers = numbers;
    this.share = share;
    this.requestHeaders = requestHeaders(options);
  }

  /**
   * Runs exchanges; to be called from any thread.
   *
   * @param firstDueNanos when the first falls due, a ticker reading in nanoseconds
   * @param intervalNanos time between two that fall due, in nanoseconds; 0: closed loop
   * @param endNanos none begins from then on
   * @param finished told when the last has ended
   */
  void run(
      Tally slice, long firstDueNanos, long intervalNanos, long endNanos, CountDownLatch finished) {
    loop.execute(
        () -> {
          tally = slice;
          done = finished;
          this.endNanos = endNanos;
          this.nextDueNanos = firstDueNanos;
          this.intervalNanos = intervalNanos;
          over = false;
          starting = true;
          if (intervalNanos == 0) {
            for (int i = 0; i < share; i++) {
              begin(System.nanoTime());
            }
            starting = false;
            endIfIdle();
          } else {
            tick();
          }
        });
  }

  /** Gives up what has not ended yet; what had fallen due and not begun counts as failed. */
  void abandon() {
    loop.execute(
        () -> {
          starting = false;
          while (overdue.poll() != null) {
            tally.failed("not begun in time");
          }
          List.copyOf(open).forEach(LoadExchange::abandon);
          endIfIdle();
        });
  }

  LoadBody body() {
    return body;
  }

  boolean givenBack() {
    return options.givenBack();
  }

  byte[] requestHeaders() {
    return requestHeaders;
  }

  ResponseMessages response(String destination) {
    return responses.computeIfAbsent(
        destination, each -> new ResponseMessages(each, options.responseChunks()));
  }

  Tally figures() {
    return tally;
  }

  void ended(LoadExchange exchange, boolean failed) {
    open.remove(exchange);
    if (!failed) {
      next();
      return;
    }
    pauses++;
    var scheduled =
        loop.schedule(
            () -> {
              pauses--;
              next();
            },
            PAUSE_MILLIS,
            TimeUnit.MILLISECONDS);
    assert scheduled != null;
  }

  private void next() {
    Long due = overdue.poll();
    if (due != null) {
      begin(due);
    } else if (intervalNanos == 0 && !over && System.nanoTime() - endNanos < 0) {
      begin(System.nanoTime());
    }
    endIfIdle();
  }

  private void tick() {
    long now = System.nanoTime();
    while (nextDueNanos - now <= 0 && nextDueNanos - endNanos < 0) {
      if (open.size() + pauses < share) {
        begin(nextDueNanos);
      } else {
        overdue.add(nextDueNanos);
      }
      nextDueNanos += intervalNanos;
    }
    if (nextDueNanos - endNanos < 0) {
      var scheduled = loop.schedule(this::tick, nextDueNanos - now, TimeUnit.NANOSECONDS);
      assert scheduled != null;
    } else {
      starting = false;
      endIfIdle();
    }
  }

  private void begin(long dueNanos) {
    LoadExchange exchange = new LoadExchange(this, channel, numbers.getAndIncrement(), dueNanos);
    open.add(exchange);
    exchange.begin();
  }

  private void endIfIdle() {
    if (!starting && !over && open.isEmpty() && pauses == 0 && overdue.isEmpty()) {
      over = true;
      done.countDown();
    }
  }

  /** Pseudo headers stand last and in {@code value}, as agentgateway writes them. */
  private static byte[] requestHeaders(LoadOptions options) {
    HeaderMap map =
        HeaderMap.newBuilder()
            .addHeaders(raw("content-type", "application/json"))
            .addHeaders(raw("content-length", Integer.toString(options.bodyBytes())))
            .addHeaders(raw("user-agent", "load/1.0"))
            .addHeaders(raw("accept", "*/*"))
            .addHeaders(text(":method", "POST"))
            .addHeaders(text(":scheme", "http"))
            .addHeaders(text(":authority", "models.example"))
            .addHeaders(text(":path", "/v1/chat/completions"))
            .build();
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map))
        .build()
        .toByteArray();
  }

  private static HeaderValue.Builder raw(String name, String value) {
    return HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value));
  }

  private static HeaderValue.Builder text(String name, String value) {
    return HeaderValue.newBuilder().setKey(name).setValue(value);
  }
}
