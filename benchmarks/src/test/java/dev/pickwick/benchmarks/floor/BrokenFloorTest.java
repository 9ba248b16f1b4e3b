package dev.pickwick.benchmarks.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.wire.Replies;
import dev.pickwick.epp.serving.ServerCertificate;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Breaks what is measured on purpose: a figure that does not move measures something else. */
class BrokenFloorTest {
  private static final byte[] USUAL = Replies.destination("10.0.0.1:8000");
  private static final int LATE_MILLIS = 20;
  private static final int ENDPOINTS = 4;

  @Test
  void decisionTime_handlerThatSleeps_isAtLeastItsSleep() throws Exception {
    try (Floor floor = plaintext(BrokenFloorTest::late);
        LoadClient client = LoadClient.connect(LoadOptions.closed(target(floor), 1, 1024))) {
      LoadFigures figures = client.run(Duration.ofMillis(200));

      assertThat(figures.errors()).isEmpty();
      assertThat(figures.decisionMillis(50)).isGreaterThanOrEqualTo(LATE_MILLIS);
      assertThat(figures.wholeMillis(50)).isGreaterThanOrEqualTo(LATE_MILLIS);
    }
  }

  /** 30 fall due 10 ms apart and each takes 20 ms: the last waits for the 29 before it. */
  @Test
  void decisionTime_atARateThatIsTooHigh_holdsTheWaitForATurn() throws Exception {
    try (Floor floor = plaintext(BrokenFloorTest::late);
        LoadClient client =
            LoadClient.connect(LoadOptions.closed(target(floor), 1, 1024).withRate(100))) {
      LoadFigures figures = client.run(Duration.ofMillis(300));

      assertThat(figures.errors()).isEmpty();
      assertThat(figures.requests()).isEqualTo(30);
      assertThat(figures.decisionMillis(100)).isGreaterThanOrEqualTo(300);
      assertThat(figures.decisionMillis(50)).isGreaterThanOrEqualTo(150);
      assertThat(figures.wholeMillis(100)).isGreaterThanOrEqualTo(300);
    }
  }

  @Test
  void mostToMean_skewedPick_moves() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    assertThat(spread(() -> endpoint(turn.getAndIncrement() % ENDPOINTS))).isEqualTo(1);
    // Every other one goes to the first endpoint, beside its quarter of the rest.
    assertThat(spread(() -> endpoint(skewed(turn.getAndIncrement())))).isEqualTo(2.5);
  }

  @Test
  void errors_replyThatIsNoProtobuf_isMalformed() throws Exception {
    assertThat(onlyError(new byte[] {0x0a, 0x7f, 1})).isEqualTo("malformed reply");
    assertThat(onlyError(new byte[0])).isEqualTo("unknown reply");
    assertThat(onlyError(new byte[] {(byte) 0xff, (byte) 0xff})).isEqualTo("malformed reply");
  }

  /** Go writes what goes with a reply in front of the reply itself. */
  @Test
  void errors_replyWithItsFieldsInAnotherOrder_areNone() throws Exception {
    byte[] reversed = new byte[USUAL.length];
    int metadata = 2 + USUAL[1];
    System.arraycopy(USUAL, metadata, reversed, 0, USUAL.length - metadata);
    System.arraycopy(USUAL, 0, reversed, USUAL.length - metadata, metadata);
    try (Floor floor = plaintext(() -> reversed);
        LoadClient client = LoadClient.connect(LoadOptions.closed(target(floor), 1, 1024))) {
      LoadFigures figures = client.run(Duration.ofMillis(20));
      assertThat(figures.errors()).isEmpty();
      assertThat(figures.destinations()).containsOnlyKeys("10.0.0.1:8000");
    }
  }

  @Test
  void errors_floorThatGoesAway_areFewAndSaySo() throws Exception {
    Floor floor = plaintext(() -> USUAL);
    try (LoadClient client = LoadClient.connect(LoadOptions.closed(target(floor), 4, 1024))) {
      assertThat(client.run(Duration.ofMillis(50)).errors()).isEmpty();
      floor.close();
      LoadFigures figures = client.run(Duration.ofMillis(300));

      assertThat(figures.requests()).isZero();
      assertThat(figures.errors()).containsOnlyKeys("stream ended UNAVAILABLE");
      assertThat(figures.failed()).isBetween(4L, 4L * 31);
      assertThat(figures.mostToMean()).isZero();
    }
  }

  @Test
  void tls_floorWithACertificateOfItsOwn_isSpokenTo() throws Exception {
    ServerCredentials credentials = ServerCertificate.selfSigned(Instant.now());
    try (Floor floor = Floor.start(FloorKind.ECHO, address(), credentials)) {
      LoadOptions load = new LoadOptions(target(floor), true, 2, 4, 0, 200_000, 16_384, 4, 0, true);
      try (LoadClient client = LoadClient.connect(load)) {
        assertThat(client.run(Duration.ofMillis(200)).errors()).isEmpty();
      }
      assertThatThrownBy(() -> LoadClient.connect(LoadOptions.closed(target(floor), 1, 1024)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot be reached (does a picker listen there, without TLS?)");
    }
  }

  private static byte[] late() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return USUAL;
  }

  private static byte[] endpoint(int number) {
    return Replies.destination("10.0.0." + number + ":8000");
  }

  private static int skewed(int turn) {
    return turn % 2 == 0 ? 0 : turn / 2 % ENDPOINTS;
  }

  /** Of 80 exchanges. */
  private static double spread(Supplier<byte[]> reply) throws Exception {
    try (Floor floor = plaintext(reply);
        LoadClient client =
            LoadClient.connect(LoadOptions.closed(target(floor), 8, 1024).withRate(400))) {
      LoadFigures figures = client.run(Duration.ofMillis(200));
      assertThat(figures.requests()).isEqualTo(80);
      return figures.mostToMean();
    }
  }

  private static String onlyError(byte[] reply) throws Exception {
    try (Floor floor = plaintext(() -> reply);
        LoadClient client = LoadClient.connect(LoadOptions.closed(target(floor), 1, 1024))) {
      LoadFigures figures = client.run(Duration.ofMillis(20));
      assertThat(figures.errors()).hasSize(1);
      return figures.errors().keySet().iterator().next();
    }
  }

  private static Floor plaintext(Supplier<byte[]> reply) throws IOException {
    return Floor.start(FloorKind.ECHO, address(), InsecureServerCredentials.create(), reply);
  }

  private static InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static String target(Floor floor) {
    return "127.0.0.1:" + floor.port();
  }
}
