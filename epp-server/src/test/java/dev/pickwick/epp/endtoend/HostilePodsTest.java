package dev.pickwick.epp.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.testbed.gateway.Gateway;
import dev.pickwick.testbed.gateway.GatewayOptions;
import dev.pickwick.testbed.server.Fault;
import dev.pickwick.testbed.server.ForcedState;
import dev.pickwick.testbed.server.ModelServer;
import dev.pickwick.testbed.server.ModelServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * One pod whose metrics page is hostile, beside a good one: its old numbers are kept, one line is
 * logged when it begins and one when it is over, and the good one is scraped as if nothing were.
 */
class HostilePodsTest {
  private static final Logger LOG = Logger.getLogger("dev.pickwick");
  private static final long GIGABYTE = 1L << 30;
  private static final Duration SCRAPE_INTERVAL = Duration.ofMillis(50);

  @TempDir Path directory;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<ModelServer> servers = new ArrayList<>();
  private final Handler capture = new Capture();

  @BeforeEach
  void start() throws Exception {
    for (int i = 0; i < 2; i++) {
      servers.add(ModelServer.start(ModelServerOptions.of(OpenAiScenarios.MODEL).seed(i)));
      // A queue keeps a pod busy, so that it is scraped at the full rate.
      servers.get(i).force(ForcedState.of(1, 3, 0.5));
    }
    LOG.addHandler(capture);
  }

  @AfterEach
  void stop() throws Exception {
    LOG.removeHandler(capture);
    for (ModelServer server : servers) {
      server.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      mode = Mode.INCLUDE,
      names = {"HANG", "RESET", "CUT", "STATUS", "HTML", "EMPTY", "REDIRECT", "HUGE", "MISSING"})
  void hostilePage_isToldOnceAndDelaysNobody(Fault.Kind kind) throws Exception {
    try (PickerFixture picker =
            PickerFixture.forServers(directory, servers, "--secure-serving=false");
        Gateway gateway = Gateway.start(GatewayOptions.to(picker.address()));
        Clients clients = new Clients()) {
      Awaitility.await().until(() -> metrics(picker, 0).waiting() == 3);
      Awaitility.await().until(() -> metrics(picker, 1).waiting() == 3);

      servers.getFirst().fault(Fault.Target.METRICS, fault(kind));
      Awaitility.await().until(() -> picker.metric("pickwick_scrape_failures_total") >= 3);
      long from = System.nanoTime();
      long failures = (long) picker.metric("pickwick_scrape_failures_total");
      Awaitility.await()
          .until(() -> picker.metric("pickwick_scrape_failures_total") >= failures + 2);

      assertThat(metrics(picker, 0).waiting()).isEqualTo(3);
      assertThat(metrics(picker, 0).kvUsage()).isEqualTo(0.5);
      long due = (System.nanoTime() - from) / SCRAPE_INTERVAL.toNanos();
      long[] good = servers.get(1).scrapeStarts();
      assertThat(Arrays.stream(good).filter(start -> start - from > 0).count())
          .as("scrapes of the good one while the other failed; %d were due", due)
          .isGreaterThan(due / 4);
      assertThat(linesWith("cannot be scraped")).hasSize(1);
      assertThat(linesWith("cannot be scraped").getFirst()).contains("pod-1");
      assertThat(clients.send(gateway.url(), "hi").join().statusCode()).isEqualTo(200);

      servers.getFirst().clearFaults();
      servers.getFirst().force(ForcedState.of(0, 1, 0.25));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> metrics(picker, 0).waiting() == 1);
      assertThat(linesWith("answers scrapes").stream().filter(line -> line.contains("pod-1")))
          .hasSize(2);
    }
  }

  private static Fault fault(Fault.Kind kind) {
    return switch (kind) {
      case STATUS -> Fault.status(500);
      case HUGE -> Fault.huge(GIGABYTE);
      default -> Fault.of(kind);
    };
  }

  private static EndpointMetrics metrics(PickerFixture picker, int index) {
    return picker.components().endpoints().snapshot().get(index).metrics();
  }

  private List<String> linesWith(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  /** Keeps what is logged, as it would be printed. */
  private final class Capture extends Handler {
    @Override
    public void publish(LogRecord record) {
      String text = record.getMessage();
      Object[] parameters = record.getParameters();
      for (int i = 0; parameters != null && i < parameters.length; i++) {
        text = text.replace("{" + i + "}", String.valueOf(parameters[i]));
      }
      lines.add(text);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
