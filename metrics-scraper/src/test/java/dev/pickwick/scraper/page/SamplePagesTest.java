package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every sample page, with the numbers a person reads from it. */
class SamplePagesTest {

  @Test
  void vllmSingle_isRead() {
    // Lines 42, 45, 57, 515; no LoRA family.
    assertNumbers(read("vllm", "vllm-v0.26-single.prom"), 8, 6, 0.0829961794289467, 16, 74_272);
    assertThat(read("vllm", "vllm-v0.26-single.prom").adapters()).isNull();
  }

  @Test
  void vllmIdle_isRead() {
    assertNumbers(read("vllm", "vllm-v0.26-idle.prom"), 0, 0, 0, 16, 74_272);
    assertThat(read("vllm", "vllm-v0.26-idle.prom").adapters()).isNull();
  }

  @Test
  void vllmLora_newestSeriesWins() {
    var numbers = read("vllm", "vllm-v0.26-lora.prom");
    assertNumbers(numbers, 8, 6, 0.0829961794289467, 16, 74_272);
    // Line 567 has the largest value, 1.7859662418533068e+09.
    assertThat(numbers.adapters())
        .isEqualTo(
            new Adapters(
                Set.of("food-review-1", "food-review-0", "food-review-6"),
                Set.of("food-review-4"),
                4));
  }

  @Test
  void vllmDataParallel_isSummedAndAveraged() {
    var numbers = read("vllm", "vllm-v0.26-dp8-lora.prom");
    // Running 23+12+28+44+6+7+55+37, waiting 2+6+9+0+8+5+1+1, blocks 8 x 74272.
    assertNumbers(numbers, 32, 212, 0.566898, 16, 594_176);
  }

  @Test
  void vllmDataParallel_summedTimesNameNoAdapters() {
    var numbers = read("vllm", "vllm-v0.26-dp8-lora.prom");
    // All values are about 1.43e10: eight times in one sum, of which the largest is not the newest.
    assertThat(numbers.adapters()).isEqualTo(new Adapters(Set.of(), Set.of(), 2));
  }

  @Test
  void vllmDeprecatedNames_newNameWins() {
    var numbers = read("vllm", "vllm-v0.9-deprecated-names.prom");
    assertNumbers(numbers, 8, 6, 0.0829961794289467, 16, 74_272);
    // Line 429.
    assertThat(numbers.adapters())
        .isEqualTo(new Adapters(Set.of("sql-lora", "food-review-1"), Set.of(), 2));
  }

  @Test
  void vllmRustFrontend_isRead() {
    var numbers = read("vllm", "vllm-rust-frontend-openmetrics.prom");
    // Waiting 0+2, running 4+5, usage (0.125+0.1875)/2; no cache_config_info.
    assertNumbers(numbers, 2, 9, 0.15625, 0, 0);
    // Line 28 is newer; the family has no max_lora label.
    assertThat(numbers.adapters()).isEqualTo(new Adapters(Set.of("alice"), Set.of("carol"), 0));
  }

  @Test
  void sglang_geometryAsGauges() {
    assertNumbers(read("sglang", "sglang-v0.5.16.prom"), 8, 45, 0.56, 1, 200_000);
    assertThat(read("sglang", "sglang-v0.5.16.prom").adapters()).isNull();
  }

  @Test
  void sglangDataParallel_isSummedAndAveraged() {
    // Queue 8+1+3+0, running 3+59+31+6, usage (0.56+0.67+0.72+0.85)/4, pages 4 x 200000.
    assertNumbers(read("sglang", "sglang-v0.5.16-dp4.prom"), 12, 99, 0.7, 1, 800_000);
    assertThat(read("sglang", "sglang-v0.5.16-dp4.prom").adapters()).isNull();
  }

  @Test
  void sglangOld_geometryAsLabels() {
    assertNumbers(read("sglang", "sglang-v0.5.9.prom"), 8, 45, 0.56, 1, 200_000);
    assertThat(read("sglang", "sglang-v0.5.9.prom").adapters()).isNull();
  }

  @Test
  void trtllmServe_isRead() {
    assertNumbers(read("trtllm-serve", "trtllm-serve-1.3.prom"), 2, 7, 0.3712, 32, 19_958);
    assertThat(read("trtllm-serve", "trtllm-serve-1.3.prom").adapters()).isNull();
  }

  @Test
  void tritonTensorRt_labelsSelectTheNumber() {
    assertNumbers(read("triton-tensorrt-llm", "triton-trtllm.prom"), 2, 7, 0.4875, 64, 160);
    assertThat(read("triton-tensorrt-llm", "triton-trtllm.prom").adapters()).isNull();
  }

  @Test
  void simulatorFresh_isRead() {
    var numbers = read("vllm", "sim-v0.10.2-fresh.prom");
    assertNumbers(numbers, 0, 0, 0, 16, 1_024);
    assertThat(numbers.adapters()).isEqualTo(new Adapters(Set.of(), Set.of(), 2));
  }

  @Test
  void simulatorBusy_isRead() {
    var numbers = read("vllm", "sim-v0.10.2-busy.prom");
    assertNumbers(numbers, 3, 5, 0.4150390625, 16, 1_024);
    // Line 67: 1.785966032e+09.
    assertThat(numbers.adapters())
        .isEqualTo(
            new Adapters(Set.of("food-review-1", "food-review-2"), Set.of("food-review-3"), 2));
  }

  @Test
  void simulatorFakeMetrics_isRead() {
    var numbers = read("vllm", "sim-v0.10.2-fake-metrics.prom");
    assertNumbers(numbers, 3, 16, 0.3, 16, 1_024);
    // Line 13 ends in 569, line 12 in 567.
    assertThat(numbers.adapters()).isEqualTo(new Adapters(Set.of("lora1", "lora3"), Set.of(), 1));
  }

  @Test
  void edgeValid_everyLegalFormIsRead() {
    var numbers = read("vllm", "edge-valid.prom");
    // Waiting 3+4+5; running 1e10 is cut at a billion; usage is the mean of 5e-324, 0.5 and 0.75,
    // the four values that are no share being passed over.
    assertNumbers(numbers, 12, 1_000_000_000, 1.25 / 3, 0, 0);
    assertThat(numbers.adapters()).isNull();
    assertThat(numbers.badLines()).isZero();
    assertThat(numbers.samples()).isEqualTo(11);
  }

  @Test
  void edgeNoTrailingNewline_isRead() {
    assertWaitingOnly("edge-broken-no-trailing-newline.prom", 3, 0);
  }

  @Test
  void edgeTruncated_cutLineIsDropped() {
    assertWaitingOnly("edge-broken-truncated.prom", 3, 1);
  }

  @Test
  void edgeCrlf_isRead() {
    assertWaitingOnly("edge-broken-crlf.prom", 3, 0);
  }

  @Test
  void edgeBadUtf8_isRead() {
    var numbers = read("vllm", "edge-broken-bad-utf8.prom");
    assertThat(numbers.running()).isEqualTo(2);
    assertThat(numbers.waiting()).isEqualTo(3);
    assertThat(numbers.badLines()).isZero();
  }

  @Test
  void edgeOpenMetrics_isRead() {
    assertWaitingOnly("edge-broken-openmetrics.prom", 3, 0);
  }

  @Test
  void edgeDuplicateFamilies_lastValueOfASeriesWins() {
    var numbers = read("vllm", "edge-broken-duplicate-families.prom");
    assertThat(numbers.running()).isEqualTo(1);
    // Engine 0 has 3, later 5; engine 1 has 4.
    assertThat(numbers.waiting()).isEqualTo(9);
  }

  @Test
  void edgeBadLines_areDroppedAndCounted() {
    var numbers = read("vllm", "edge-broken-bad-lines.prom");
    assertThat(numbers.running()).isEqualTo(2);
    assertThat(numbers.waiting()).isNaN();
    assertThat(numbers.badLines()).isEqualTo(10);
  }

  @Test
  void edgeNotMetrics_isRefused() {
    assertThat(unreadable("edge-broken-html.txt"))
        .isEqualTo("not metrics: the page starts with \"<!doctype html>\"");
    assertThat(unreadable("edge-broken-json-string.txt"))
        .startsWith("not metrics: the page starts with \"\"# TYPE llamacpp:requests_deferred");
    assertThat(unreadable("edge-broken-trtllm-json.txt"))
        .startsWith("not metrics: the page starts with \"[{\"iter\":12,");
  }

  @Test
  void edgeEmpty_hasNoWantedFamily() {
    assertThat(unreadable("edge-empty.prom")).isEqualTo("no wanted family: the page is empty");
  }

  @Test
  void largestPages_areFarBelowTheBounds() {
    for (String[] page :
        new String[][] {
          {"vllm", "vllm-v0.26-dp8-lora.prom"}, {"sglang", "sglang-v0.5.16-dp4.prom"}
        }) {
      byte[] bytes = Pages.sample(page[1]);
      assertThat(read(page[0], page[1]).samples()).isLessThan(MetricsPage.MAX_SAMPLES / 100);
      assertThat(new String(bytes, ISO_8859_1).lines().count())
          .isLessThan(MetricsPage.MAX_LINES / 50);
    }
    // vllm:cache_config_info has the most labels.
    assertThat(new String(Pages.sample("vllm-v0.26-single.prom"), ISO_8859_1).lines())
        .allMatch(line -> line.chars().filter(c -> c == '=').count() < Labels.MAX_LABELS * 3 / 4);
  }

  @Test
  void otherEnginesPage_hasNoWantedFamily() {
    var page = Pages.sample("sglang-v0.5.16.prom");
    assertThat(Pages.read("vllm", page))
        .isEqualTo(new PageOutcome.Unreadable("no wanted family on the page", 0));
  }

  private static PageOutcome.Numbers read(String engine, String sample) {
    return (PageOutcome.Numbers) Pages.read(engine, Pages.sample(sample));
  }

  private static String unreadable(String sample) {
    return ((PageOutcome.Unreadable) Pages.read("vllm", Pages.sample(sample))).why();
  }

  private static void assertWaitingOnly(String sample, int waiting, int badLines) {
    var numbers = read("vllm", sample);
    assertThat(numbers.waiting()).isEqualTo(waiting);
    assertThat(numbers.running()).isNaN();
    assertThat(numbers.kvUsage()).isNaN();
    assertThat(numbers.badLines()).isEqualTo(badLines);
  }

  private static void assertNumbers(
      PageOutcome.Numbers numbers,
      int waiting,
      int running,
      double kvUsage,
      int blockSize,
      int blockCount) {
    assertThat(numbers.waiting()).isEqualTo(waiting);
    assertThat(numbers.running()).isEqualTo(running);
    assertThat(numbers.kvUsage()).isCloseTo(kvUsage, within(1e-6));
    assertThat(numbers.blockSize()).isEqualTo(blockSize);
    assertThat(numbers.blockCount()).isEqualTo(blockCount);
    assertThat(numbers.badLines()).isZero();
  }
}
