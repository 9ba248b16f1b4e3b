package dev.pickwick.epp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Has Netty follow every buffer, and hears what it says of those that were lost. */
final class LeakWatch implements AutoCloseable {

  private static final String PLANTED = "lost on purpose";

  private final Logger log = Logger.getLogger(ResourceLeakDetector.class.getName());
  private final Level before = ResourceLeakDetector.getLevel();
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord said) {
          reports.add(String.valueOf(said.getMessage()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  LeakWatch() {
    ResourceLeakDetector.setLevel(Level.PARANOID);
    log.addHandler(handler);
    log.setUseParentHandlers(false);
  }

  /** Loses one buffer itself, so that silence means something, and expects to hear of no other. */
  void assertNothingWasLost() {
    plant();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              System.gc();
              PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
              return reports.stream().anyMatch(report -> report.contains(PLANTED));
            });
    assertThat(reports).allMatch(report -> report.contains(PLANTED));
  }

  @Override
  public void close() {
    log.removeHandler(handler);
    log.setUseParentHandlers(true);
    ResourceLeakDetector.setLevel(before);
  }

  private static void plant() {
    ByteBuf lost = PooledByteBufAllocator.DEFAULT.directBuffer(16);
    lost.touch(PLANTED);
  }
}
