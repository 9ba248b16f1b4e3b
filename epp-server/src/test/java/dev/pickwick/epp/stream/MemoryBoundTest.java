package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.pickwick.epp.parser.OpenAiParser;
import dev.pickwick.epp.parser.RequestParser;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 400 MB of bodies, in messages of any length, against a server that may use 256 MiB in all. */
class MemoryBoundTest {

  private static final int STREAMS = 200;
  private static final int CONNECTIONS = 4;
  private static final int CHUNK = 16_000;

  /** 2 MB. */
  private static final int FIRST_CHUNKS = 125;

  private static final ByteString FILLER = ByteString.copyFromUtf8(" ".repeat(CHUNK));

  private final List<ManagedChannel> channels = new ArrayList<>();
  private @Nullable Process started;

  @BeforeEach
  void startServer() throws IOException {
    started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SmallServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int port = Integer.parseInt(answer());
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(
          NettyChannelBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .usePlaintext()
              .directExecutor()
              .build());
    }
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    channels.forEach(ManagedChannel::shutdownNow);
    server().destroyForcibly();
    server().waitFor(10, TimeUnit.SECONDS);
  }

  @Test
  void bodies_allSendTheRest_allEndWithAnswerOr503() throws Exception {
    List<Sender> senders = startSenders();
    senders.forEach(sender -> sender.send(FIRST_CHUNKS / 4, true));

    assertThat(answered(senders)).as("answered").isPositive();
    assertThatServerIsFine();
  }

  @Test
  void bodies_allStaySilent_allEndWith503() throws Exception {
    List<Sender> senders = startSenders();

    assertThat(answered(senders)).as("answered").isZero();
    assertThatServerIsFine();
  }

  @ParameterizedTest
  @ValueSource(ints = {400_000, 2_000_000})
  void bodies_inLargeMessages_allEndWithAnswerOr503(int messageBytes) throws Exception {
    List<Sender> senders = startSenders(ByteString.copyFromUtf8(" ".repeat(messageBytes)), 1);
    senders.forEach(sender -> sender.send(1_600_000 / messageBytes, true));

    assertThat(answered(senders)).as("answered").isPositive();
    assertThatServerIsFine();
  }

  private List<Sender> startSenders() {
    return startSenders(FILLER, FIRST_CHUNKS);
  }

  private List<Sender> startSenders(ByteString chunk, int first) {
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      senders.add(new Sender(channels.get(i % CONNECTIONS), chunk, first));
    }
    return senders;
  }

  /** How many were routed, once all streams got an answer. */
  private static int answered(List<Sender> senders) throws Exception {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
    int answered = 0;
    for (Sender sender : senders) {
      answered += sender.isRouted(deadline) ? 1 : 0;
    }
    return answered;
  }

  private void assertThatServerIsFine() throws IOException {
    assertThat(server().isAlive()).isTrue();
    server().getOutputStream().write('\n');
    server().getOutputStream().flush();
    assertThat(answer()).isEqualTo("in flight 0, body bytes 0, failures 0");
  }

  private Process server() {
    return Objects.requireNonNull(started, "server: not started");
  }

  private String answer() throws IOException {
    String line =
        new BufferedReader(
                new InputStreamReader(server().getInputStream(), StandardCharsets.UTF_8), 1)
            .readLine();
    return String.valueOf(line);
  }

  /** Sends its body no faster than the transport takes it. */
  private static final class Sender {

    private final ByteString chunk;
    private final Caller caller;
    private int toSend;
    private boolean ends;

    Sender(ManagedChannel channel, ByteString chunk, int first) {
      this.chunk = chunk;
      toSend = first;
      caller = new Caller(channel, Integer.MAX_VALUE, this::push);
      caller.send(post(), requestBody("{\"model\":\"m\",\"prompt\":\"p\"}", false));
      push();
    }

    synchronized void send(int more, boolean thenEnds) {
      toSend += more;
      ends = thenEnds;
      push();
      if (toSend == 0 && ends && !caller.isOver()) {
        caller.send(requestBody("", true));
        ends = false;
      }
    }

    /** May be called before the constructor has ended. */
    private synchronized void push() {
      Caller open = caller;
      if (open == null || open.isOver()) {
        return;
      }
      while (toSend > 0 && open.isReady()) {
        toSend--;
        boolean last = toSend == 0 && ends;
        open.send(requestBody(chunk, last));
        ends &= !last;
      }
    }

    boolean isRouted(Instant deadline) throws InterruptedException {
      long left = Math.max(1, Duration.between(Instant.now(), deadline).toMillis());
      ProcessingResponse reply = caller.poll(left);
      if (reply == null) {
        throw new AssertionError("no reply by the deadline; the stream: " + caller.state());
      }
      if (reply.hasRequestHeaders()) {
        caller.halfClose();
        assertThat(caller.end(20)).isEqualTo(Status.Code.OK);
        return true;
      }
      assertThat(reply.getImmediateResponse().getStatus().getCodeValue()).isEqualTo(503);
      return false;
    }
  }

  /** The server in a process of its own: says its port, then, when asked, how it is. */
  static final class SmallServer {

    private SmallServer() {}

    public static void main(String[] none) throws IOException {
      // The real one: the others' copies of bodies are not what is bounded.
      RequestParser parser = new OpenAiParser();
      TestServer server =
          new TestServer(MemoryLimit.defaultBodyBytes(), Duration.ofSeconds(30), parser);
      System.out.println(server.port());
      while (System.in.read() >= 0) {
        server.awaitIdle();
        System.out.println(
            "in flight %d, body bytes %d, failures %d"
                .formatted(
                    server.pool.endpoints.inFlight(),
                    server.budget.used(),
                    server.ends.unexpected.get()));
      }
      server.close();
    }
  }
}
