package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single rules of reading a page. */
class MetricsPageTest {
  private static final String W = "vllm:num_requests_waiting";

  @ParameterizedTest
  @ValueSource(
      strings = {
        W + " 3",
        W + "{} 3",
        W + "{engine=\"0\"} 3",
        W + "{engine=\"0\"}3",
        W + "{engine=\"0\",} 3",
        W + "{a=\"}\",b=\"{,=#[]\"} 3",
        W + "{a=\"x\\\\\"} 3",
        W + "\t3\t1785966123456",
        W + " 3 -17",
        W + " 3 1785966123.456",
        W + " 3 # {trace_id=\"x\"} 1.0 1785966123.4",
        "  " + W + " 3 ",
        W + " 3\r",
        "{\"" + W + "\"} 3",
        "{\"" + W + "\",engine=\"0\"} 3",
        "{\"" + W + "\" , \"engine.id\" = \"0\"} 3",
        "\uFEFF" + W + " 3",
        "# TYPE\n\n\r\n" + W + " 3\n# EOF\n",
        W + "_by_reason{reason=\"capacity\"} 9\n" + W + " 3\n" + W + "_created 1.7e9\n",
        "x" + W + " 9\n" + W + " 3"
      })
  void legalLine_isRead(String page) {
    var numbers = Pages.vllmNumbers(page);
    assertThat(numbers.waiting()).isEqualTo(3);
    assertThat(numbers.badLines()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        W,
        W + " ",
        W + "{engine=\"0\"}",
        W + " three",
        W + " 0x3",
        W + " 3 4 5",
        W + " 3 later",
        W + "{engine=0} 3",
        W + "{engine=\"0\" 3",
        W + "{engine=\"0} 3",
        W + "{engine=\"0\"\" } 3",
        W + "{engine} 3",
        W + "{,} 3",
        W + "{engine=\"0\",,} 3",
        W + "{=\"0\"} 3",
        W + "{a:b=\"0\"} 3",
        W + "{0a=\"0\"} 3",
        W + "{a=\"0\",a=\"1\"} 3",
        W + "{a=\"\\x\"} 3",
        W + "{a=\"\\",
        W + "{\"engine\"} 3",
        "{" + W + "} 3",
        "{\"" + W + "\",\"" + W + "\"} 3",
        W + "-3",
        "9 1",
        "é 1"
      })
  void malformedLine_isDroppedAndCounted(String line) {
    var numbers = Pages.vllmNumbers("vllm:num_requests_running 2\n" + line + "\n");
    assertThat(numbers.running()).isEqualTo(2);
    assertThat(numbers.waiting()).isNaN();
    assertThat(numbers.badLines()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "+Inf", "-Inf", "-1", "-0.001"})
  void valueThatIsNoCount_isPassedOver(String value) {
    var numbers = Pages.vllmNumbers(W + "{a=\"1\"} " + value + "\n" + W + "{a=\"2\"} 3\n");
    assertThat(numbers.waiting()).isEqualTo(3);
    assertThat(numbers.badLines()).isZero();
  }

  @Test
  void usageAboveOne_isCutBeforeAveraging() {
    var numbers =
        Pages.vllmNumbers(
            "vllm:kv_cache_usage_perc{engine=\"0\"} 55\n"
                + "vllm:kv_cache_usage_perc{engine=\"1\"} 0.5");
    assertThat(numbers.kvUsage()).isEqualTo(0.75);
  }

  @Test
  void oldUsageName_isReadWhenTheNewOneIsMissing() {
    assertThat(Pages.vllmNumbers("vllm:gpu_cache_usage_perc 0.5").kvUsage()).isEqualTo(0.5);
    assertThat(
            Pages.vllmNumbers("vllm:gpu_cache_usage_perc 0.5\nvllm:kv_cache_usage_perc 0.25")
                .kvUsage())
        .isEqualTo(0.25);
  }

  @Test
  void sameLabelsInAnotherOrder_areTheSameSeries() {
    var numbers = Pages.vllmNumbers(W + "{a=\"1\",b=\"2\"} 3\n" + W + "{b=\"2\",c=\"\",a=\"1\"} 5");
    assertThat(numbers.waiting()).isEqualTo(5);
  }

  @Test
  void swappedLabelValues_areAnotherSeries() {
    var numbers = Pages.vllmNumbers(W + "{a=\"1\",b=\"2\"} 3\n" + W + "{a=\"2\",b=\"1\"} 5");
    assertThat(numbers.waiting()).isEqualTo(8);
  }

  @Test
  void prioritySeries_totalIsTheOneWithoutPriority() {
    byte[] page =
        """
        sglang:num_queue_reqs{priority="1"} 3
        sglang:num_queue_reqs{priority="2"} 4
        sglang:num_queue_reqs{priority=""} 7
        sglang:num_running_reqs{priority="1"} 1
        sglang:num_running_reqs{priority="2"} 2
        """
            .getBytes(UTF_8);
    var numbers = (PageOutcome.Numbers) Pages.read("sglang", page);
    assertThat(numbers.waiting()).isEqualTo(7);
    assertThat(numbers.running()).isEqualTo(3);
  }

  @Test
  void geometryOfNone_isUnknown() {
    var numbers =
        Pages.vllmNumbers("vllm:cache_config_info{block_size=\"None\",num_gpu_blocks=\"7x\"} 1");
    assertThat(numbers.blockSize()).isZero();
    assertThat(numbers.blockCount()).isZero();
  }

  @Test
  void endlessLine_isSkipped() {
    byte[] page = new byte[10 << 20];
    Arrays.fill(page, (byte) 'a');
    assertThat(Pages.read("vllm", page)).isInstanceOf(PageOutcome.Unreadable.class);
    byte[] start = (W + "{a=\"").getBytes(UTF_8);
    System.arraycopy(start, 0, page, 0, start.length);
    assertThat(Pages.read("vllm", page)).extracting("badLines").isEqualTo(1);
  }

  @Test
  void labels_upToSixtyFour_areRead() {
    var labels = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      labels.append("l").append(i).append("=\"\",");
    }
    String line = W + "{" + labels;
    assertThat(Pages.vllmNumbers(line + "} 3\n").waiting()).isEqualTo(3);
    var numbers = Pages.vllmNumbers("vllm:num_requests_running 2\n" + line + "one=\"more\"} 3\n");
    assertThat(numbers.waiting()).isNaN();
    assertThat(numbers.badLines()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {W + " x\n", W + "{a=\"\n", "{\"" + W + "\",} x\n"})
  void malformedLinesWithoutEnd_pageIsUnreadable(String line) {
    String page = W + " 3\n" + line.repeat(1_000);
    assertThat(Pages.vllmNumbers(page).waiting()).isEqualTo(3);
    assertThat(Pages.vllmNumbers(page).badLines()).isEqualTo(1_000);
    assertThat(Pages.vllm(page + line.repeat(9_000)))
        .isEqualTo(
            new PageOutcome.Unreadable(
                "the page has more than 1000 malformed lines of wanted families", 1_001));
  }

  @Test
  void samplesWithoutEnd_pageIsUnreadable() {
    String page = (W + "{a=\"1\"} 3\n").repeat(20_000);
    assertThat(Pages.vllmNumbers(page).samples()).isEqualTo(20_000);
    assertThat(Pages.vllm(page + W + " 1\n"))
        .isEqualTo(
            new PageOutcome.Unreadable("the page has more than 20000 lines of wanted families", 0));
  }

  @Test
  void linesWithoutEnd_pageIsUnreadable() {
    String page = W + " 3\n" + "a 1\n".repeat(199_999);
    assertThat(Pages.vllmNumbers(page).waiting()).isEqualTo(3);
    assertThat(Pages.vllm(page + "a 1\n"))
        .isEqualTo(new PageOutcome.Unreadable("the page has more than 200000 lines", 0));
  }

  @Test
  void unwantedLines_areNotLookedInto() {
    String page = "other{a=1 x\n{\"other\",a=1 x\n".repeat(2_000) + W + " 3\n";
    var numbers = Pages.vllmNumbers(page);
    assertThat(numbers.waiting()).isEqualTo(3);
    assertThat(numbers.badLines()).isZero();
  }

  @Test
  void hugeNumberOfSeries_isCut() {
    var page = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      page.append(W).append("{i=\"").append(i).append("\"} 1\n");
    }
    var numbers = Pages.vllmNumbers(page.toString());
    assertThat(numbers.waiting()).isEqualTo(10_000);
    assertThat(numbers.badLines()).isEqualTo(190_000);
  }

  @Test
  void hugeNumberOfLabels_isRefused() {
    var line = new StringBuilder(W).append('{');
    for (int i = 0; i < 257; i++) {
      line.append('l').append(i).append("=\"\",");
    }
    assertThat(Pages.vllmNumbers("vllm:num_requests_running 1\n" + line + "} 3").badLines())
        .isEqualTo(1);
  }

  @Test
  void hugeCounts_areCutAtABillion() {
    var numbers = Pages.vllmNumbers(W + "{a=\"1\"} 1e300\n" + W + "{a=\"2\"} 1e300");
    assertThat(numbers.waiting()).isEqualTo(1_000_000_000);
  }

  @Test
  void reusedReader_remembersNothing() {
    var mapping = Objects.requireNonNull(EngineMapping.builtIns().get("vllm"));
    var reader = new MetricsPage(mapping);
    byte[] large = Pages.sample("vllm-v0.26-dp8-lora.prom");
    reader.scan(large, large.length, new AdapterHistory(), Pages.NOW);
    byte[] small = (W + " 3").getBytes(UTF_8);
    var numbers =
        (PageOutcome.Numbers) reader.scan(small, small.length, new AdapterHistory(), Pages.NOW);
    assertThat(numbers.waiting()).isEqualTo(3);
    assertThat(numbers.running()).isNaN();
    assertThat(numbers.kvUsage()).isNaN();
    assertThat(numbers.blockCount()).isZero();
    assertThat(numbers.adapters()).isNull();
  }

  @Test
  void bytesBehindTheLength_areNotRead() {
    byte[] page = (W + " 3\n" + W + "{a=\"1\"} 4\n").getBytes(UTF_8);
    var reader = new MetricsPage(Objects.requireNonNull(EngineMapping.builtIns().get("vllm")));
    var numbers =
        (PageOutcome.Numbers) reader.scan(page, W.length() + 3, new AdapterHistory(), Pages.NOW);
    assertThat(numbers.waiting()).isCloseTo(3, within(0.0));
  }

  @Test
  void covers_lessFamiliesOrSamples_isFalse() {
    var whole = Pages.vllmNumbers(W + "{a=\"1\"} 1\n" + W + "{a=\"2\"} 1\n");
    assertThat(Pages.vllmNumbers(W + "{a=\"1\"} 4\n" + W + "{a=\"2\"} 1\n").covers(whole)).isTrue();
    assertThat(Pages.vllmNumbers(W + "{a=\"1\"} 4\n").covers(whole)).isFalse();
    assertThat(
            Pages.vllmNumbers("vllm:num_requests_running 1\nvllm:kv_cache_usage_perc 1\n")
                .covers(whole))
        .isFalse();
  }
}
