package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which of the piled-up LoRA series is the current one, from page to page. */
class AdapterHistoryTest {
  private static final double NOW = 10_000;

  private final MetricsPage reader =
      new MetricsPage(Objects.requireNonNull(EngineMapping.builtIns().get(EngineMapping.VLLM)));
  private final AdapterHistory history = new AdapterHistory();

  @Test
  void largestValue_isCurrent() {
    assertThat(read(series("a", "", 100), series("b", "c", 300), series("d", "", 200)))
        .isEqualTo(new Adapters(Set.of("b"), Set.of("c"), 4));
  }

  @Test
  void names_areTrimmedAndEmptyOnesDropped() {
    assertThat(read(series(" a ,,b", " , c", 1)))
        .isEqualTo(new Adapters(Set.of("a", "b"), Set.of("c"), 4));
  }

  @Test
  void names_areUnescaped() {
    assertThat(read(series("a\\\"b,c\\\\d", "", 1)).running()).isEqualTo(Set.of("a\"b", "c\\d"));
  }

  @Test
  void tie_newSeriesWins() {
    read(series("a", "", 100), series("b,c", "", 90));
    assertThat(read(series("a", "", 100), series("b", "", 100), series("b,c", "", 90)).running())
        .isEqualTo(Set.of("b"));
  }

  @Test
  void tie_movedSeriesWins() {
    read(series("a", "", 90), series("b,c", "", 100));
    assertThat(read(series("a", "", 100), series("b,c", "", 100)).running()).isEqualTo(Set.of("a"));
  }

  @Test
  void tie_nothingMoved_staysAsItWas() {
    read(series("a,b,c", "", 100));
    read(series("a,b,c", "", 100), series("d", "", 100));
    assertThat(read(series("a,b,c", "", 100), series("d", "", 100)).running())
        .isEqualTo(Set.of("d"));
  }

  @Test
  void tie_onTheFirstPage_moreNamesWin() {
    assertThat(read(series("a", "", 1), series("b", "c", 1), series("d", "", 1)))
        .isEqualTo(new Adapters(Set.of("b"), Set.of("c"), 4));
  }

  @Test
  void sameSeriesAgain_sameObject() {
    Adapters first = read(series("a", "", 100));
    assertThat(read(series("a", "", 200))).isSameAs(first);
  }

  @Test
  void slotsMissing_areZero() {
    assertThat(
            read(
                "vllm:lora_requests_info{running_lora_adapters=\"a\",waiting_lora_adapters=\"\"}"
                    + " 1"))
        .isEqualTo(new Adapters(Set.of("a"), Set.of(), 0));
  }

  @Test
  void summedTimes_firstPageNamesNobody() {
    assertThat(read(series("a", "", 20_000), series("b", "", 30_000)))
        .isEqualTo(new Adapters(Set.of(), Set.of(), 4));
  }

  @Test
  void summedTimes_movedSeriesCountTogether() {
    read(series("a", "", 20_000), series("b", "", 30_000), series("c", "", 25_000));
    Adapters moved =
        read(series("a", "", 20_001), series("b", "", 30_000), series("c", "d", 25_000));
    assertThat(moved).isEqualTo(new Adapters(Set.of("a", "c"), Set.of("d"), 4));
    // Nothing has moved since: the same adapters are current.
    assertThat(read(series("a", "", 20_001), series("b", "", 30_000), series("c", "d", 25_000)))
        .isEqualTo(moved);
  }

  @Test
  void clockFiveMinutesAhead_isNoSum() {
    assertThat(read(series("a", "", NOW + 299)).running()).isEqualTo(Set.of("a"));
  }

  @Test
  void twoEndpoints_rememberApart() {
    read(series("a", "", 100), series("b,c", "", 100));
    String page = series("a", "", 100) + "\n" + series("b,c", "", 100);
    assertThat(read(new AdapterHistory(), page).running()).isEqualTo(Set.of("b", "c"));
  }

  @Test
  void endlessNames_areCut() {
    var names = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      names.append("a").append(i).append(',');
    }
    assertThat(read(series(names.toString(), "", 1)).running()).hasSize(1_024);
  }

  @Test
  void sameNamesOverAndOver_areNotLookedAtForEver() {
    String many = "a,".repeat(10_000);
    String[] page = new String[10];
    for (int i = 0; i < page.length; i++) {
      page[i] = series(many + "b" + i, "", 20_000 + i);
    }
    // Times that are sums: all series that moved count, and all are new.
    read(series("old", "", 20_000));
    Adapters moved = read(page);
    // 16,384 looks: the first line's 10,001 names, and the second one's not to its end.
    assertThat(moved.running()).isEqualTo(Set.of("a", "b0"));
  }

  @Test
  void tie_longLineAgainstManyShortOnes_moreNamesWin() {
    String[] page = new String[100];
    for (int i = 0; i < page.length; i++) {
      page[i] = series(i == 50 ? "x,y" : "a" + i, "", 1);
    }
    assertThat(read(page).running()).isEqualTo(Set.of("x", "y"));
  }

  private Adapters read(String... lines) {
    return read(history, String.join("\n", lines));
  }

  private Adapters read(AdapterHistory history, String page) {
    byte[] bytes = page.getBytes(UTF_8);
    var numbers = (PageOutcome.Numbers) reader.scan(bytes, bytes.length, history, NOW);
    return Objects.requireNonNull(numbers.adapters());
  }

  private static String series(String running, String waiting, double value) {
    return "vllm:lora_requests_info{max_lora=\"4\",running_lora_adapters=\"%s\",waiting_lora_adapters=\"%s\"} %s"
        .formatted(running, waiting, value);
  }
}
