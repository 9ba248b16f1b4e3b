package dev.pickwick.benchmarks.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.testbed.server.Stats;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Stats STATS = new Stats(9, 3, 3, 2, 1, 0.25, 100, 40, 50, 0, 0, 7, 1000);

  @Test
  void line_ofAPod_showsItsNumbers() {
    Tally tally = new Tally(2);
    tally.answered(0, 120);
    tally.answered(1, 80);

    assertThat(Table.line("pod-1", tally, 0, STATS, 1))
        .isEqualTo("pod-1           1  50.0%      1        2  25.0%   40.0%    120 ms    120 ms");
    assertThat(Table.line("pod-2", tally, 1, STATS, 4)).endsWith(" slow");
  }

  @Test
  void everyLine_fitsInto80Columns() {
    Tally tally = new Tally(1);
    tally.answered(0, 100_000);
    Stats most = new Stats(9, 3, 3, 99_999, 99_999, 1, 100, 100, 50, 0, 0, 7, 1000);

    assertThat(Table.line("pod-6", tally, 0, most, 4)).hasSizeLessThanOrEqualTo(80);
    assertThat(Table.progress("round robin", 2000, 2000, 999, 2000)).hasSizeLessThanOrEqualTo(80);
  }

  @Test
  void line_withoutRequests_showsNoTimes() {
    assertThat(Table.line("pod-1", new Tally(1), 0, STATS, 1)).endsWith("-         -");
  }

  @Test
  void progress_showsHowFarItIs() {
    assertThat(Table.progress("Pickwick", 10, 20, 3.2, 0))
        .isEqualTo("Pickwick [" + "#".repeat(10) + ".".repeat(10) + "] 10 of 20 requests, 3 s");
    assertThat(Table.progress("Pickwick", 20, 20, 3, 2)).endsWith("3 s, 2 failed");
  }

  @Test
  void display_onATerminal_redrawsInPlace() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Display display = new Display(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);

    display.update(List.of("a", "b"));
    display.update(List.of("c", "d"));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r\u001b[2Ka\n\r\u001b[2Kb\n\u001b[2A\r\u001b[2Kc\n\r\u001b[2Kd\n");
  }

  @Test
  void display_withoutATerminal_printsPlainLinesNowAndThen() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Display display = new Display(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);

    for (int i = 0; i < 9; i++) {
      display.update(List.of("table", "progress " + i));
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("progress 0\nprogress 8\n");
  }
}
