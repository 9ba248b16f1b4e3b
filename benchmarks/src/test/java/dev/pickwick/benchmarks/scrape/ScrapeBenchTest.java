package dev.pickwick.benchmarks.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.command.CommandRun;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scraper.ScrapeEvents;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ScrapeBenchTest {
  private static final double SLOWER_MICROS = 2_000;
  private static final int MORE_BYTES = 200_000;

  @Test
  void run_short_yieldsACompleteResult() throws Exception {
    CommandRun run =
        CommandRun.of(
            ScrapeBench.COMMAND,
            "--pods=4",
            "--rate=50",
            "--pairs=2",
            "--warmup=0",
            "--duration=1",
            "--json");

    assertThat(run.status()).as(run.err()).isZero();
    Result result = run.result();
    assertThat(result.bench()).isEqualTo("scrape");
    assertThat(result.figure("cpu per scrape").values()).hasSize(2);
    assertThat(result.figure("cpu per scrape").least()).isPositive();
    assertThat(result.figure("cpu per scrape").scaled()).isPresent();
    assertThat(result.figure("scrapes done ÷ due").median()).isPositive();
    assertThat(result.gates()).singleElement().extracting(Gate::measured).isNotNull();
  }

  @Test
  void run_pageOfAnotherSize_isNotHeldAgainstTheGate() throws Exception {
    CommandRun run =
        CommandRun.of(
            ScrapeBench.COMMAND,
            "--pods=1",
            "--pairs=1",
            "--warmup=0",
            "--duration=1",
            "--page=src/test/resources/small.prom",
            "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.result().gates())
        .singleElement()
        .extracting(Gate::verdict)
        .isEqualTo(Gate.Verdict.NOT_MEASURED);
  }

  @Test
  void run_badOptions_explainThemselves() throws Exception {
    assertThat(CommandRun.of(ScrapeBench.COMMAND, "--rate=0").err())
        .contains("--rate: 0.0 (expected: > 0)");
    assertThat(CommandRun.of(ScrapeBench.COMMAND, "--page=/absent").status()).isEqualTo(2);
  }

  /** Proof that the figures are of the page's reading: spoil it, and they move. */
  @Test
  void measure_readerMadeSlowAndWasteful_movesBothFiguresButNotTheYardstick() throws Exception {
    Result sound = measure(ScrapeMain.class);
    Result spoilt = measure(SpoiltReader.class);

    assertThat(median(spoilt, "cpu per scrape"))
        .isGreaterThan(median(sound, "cpu per scrape") + SLOWER_MICROS / 2);
    assertThat(median(spoilt, "garbage per scrape"))
        .isGreaterThan(median(sound, "garbage per scrape") + MORE_BYTES / 2.0);
    assertThat(median(spoilt, "garbage per discard-only scrape"))
        .isLessThan(median(sound, "garbage per scrape") + MORE_BYTES / 2.0);
  }

  private static Result measure(Class<?> program) throws Exception {
    return ScrapeBench.measure(
        new ScrapeBench.Setup(4, 20, "", Duration.ofMillis(700), 2, 1),
        program,
        new PrintStream(OutputStream.nullOutputStream()));
  }

  private static double median(Result result, String figure) {
    return result.figure(figure).median();
  }

  /** The measured program with a reader that takes 2 ms and 200 KB more for each page. */
  static final class SpoiltReader implements ScrapeEvents {
    private byte[] garbage = {};

    public static void main(String[] args) throws Exception {
      ScrapeMain.run(args, new SpoiltReader());
    }

    @Override
    public void scraped(Endpoint endpoint, boolean ok, long nanos, int badLines) {
      var threads = ManagementFactory.getThreadMXBean();
      long end = threads.getCurrentThreadCpuTime() + TimeUnit.MICROSECONDS.toNanos(2_000);
      garbage = new byte[MORE_BYTES + garbage.length % 2];
      while (threads.getCurrentThreadCpuTime() < end) {
        Thread.onSpinWait();
      }
    }
  }
}
