package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random pages against an oracle, and real pages with random damage. */
class RandomPagesTest {
  private static final List<String> SAMPLES =
      List.of(
          "vllm-v0.26-lora.prom",
          "vllm-rust-frontend-openmetrics.prom",
          "sim-v0.10.2-busy.prom",
          "edge-valid.prom",
          "edge-broken-openmetrics.prom",
          "edge-broken-bad-lines.prom");
  private static final List<String> DECOYS =
      List.of(
          "vllm:num_requests_waiting_by_reason",
          "vllm:num_requests_waiting_created",
          "avllm:num_requests_waiting",
          "num_requests_waiting",
          "vllm:num_requests_runnin",
          "python_info");
  private static final List<String> VALUES =
      List.of("0", "1", "Qwen/Qwen3", "", "a b", "{,}=#", "q\"q", "b\\b", "l\nl", "é", "[]");

  @Test
  void randomPage_oracleAgrees() {
    for (int seed = 0; seed < 2_000; seed++) {
      var page = new RandomPage(new Random(seed));
      PageOutcome outcome = Pages.vllm(page.text());
      double waiting = page.sum("vllm:num_requests_waiting");
      double running = page.sum("vllm:num_requests_running");
      if (Double.isNaN(waiting) && Double.isNaN(running)) {
        assertThat(outcome).as("seed %d", seed).isInstanceOf(PageOutcome.Unreadable.class);
        continue;
      }
      var numbers = (PageOutcome.Numbers) outcome;
      assertThat(numbers.badLines()).as("seed %d:\n%s", seed, page.text()).isEqualTo(page.bad);
      assertThat(numbers.waiting()).as("seed %d", seed).isCloseTo(waiting, within(1e-6));
      assertThat(numbers.running()).as("seed %d", seed).isCloseTo(running, within(1e-6));
    }
  }

  @Test
  void damagedPage_staysWithinLimits() {
    var random = new Random(7);
    for (String sample : SAMPLES) {
      byte[] page = Pages.sample(sample);
      for (int i = 0; i < 1_000; i++) {
        byte[] damaged = damaged(page, random);
        for (String engine : List.of("vllm", "sglang")) {
          if (Pages.read(engine, damaged) instanceof PageOutcome.Numbers numbers) {
            assertWithinLimits(numbers);
          }
        }
      }
    }
  }

  @Test
  void noise_staysWithinLimits() {
    var random = new Random(8);
    byte[] alphabet = "vllm:num_requests_waiting{}=\",\\ \n\r\t0123.eE+-#aN".getBytes(UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] page = new byte[random.nextInt(200)];
      for (int k = 0; k < page.length; k++) {
        page[k] = alphabet[random.nextInt(alphabet.length)];
      }
      byte[] name = "vllm:num_requests_waiting".getBytes(UTF_8);
      if (page.length > name.length) {
        System.arraycopy(name, 0, page, 0, name.length);
      }
      if (Pages.read("vllm", page) instanceof PageOutcome.Numbers numbers) {
        assertWithinLimits(numbers);
      }
    }
  }

  private static void assertWithinLimits(PageOutcome.Numbers numbers) {
    assertThat(numbers.waiting()).matches(n -> Double.isNaN(n) || (n >= 0 && n <= 1e9));
    assertThat(numbers.running()).matches(n -> Double.isNaN(n) || (n >= 0 && n <= 1e9));
    assertThat(numbers.kvUsage()).matches(n -> Double.isNaN(n) || (n >= 0 && n <= 1));
    assertThat(numbers.blockSize()).isBetween(0, 1_000_000_000);
    assertThat(numbers.blockCount()).isBetween(0, 1_000_000_000);
  }

  private static byte[] damaged(byte[] page, Random random) {
    byte[] copy = page.clone();
    int at = random.nextInt(copy.length);
    int flips = random.nextInt(20);
    for (int i = 0; i < flips; i++) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt();
    }
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(copy, at);
      case 1 -> Arrays.copyOfRange(copy, at, copy.length);
      case 2 -> {
        copy[at] = '\r';
        yield copy;
      }
      default -> {
        byte[] twice = Arrays.copyOf(copy, copy.length + Math.min(500, copy.length - at));
        System.arraycopy(copy, at, twice, copy.length, twice.length - copy.length);
        yield twice;
      }
    };
  }

  /** A page and what a person would read from it. */
  private static final class RandomPage {
    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private final Map<String, Map<Map<String, String>, Double>> families = new HashMap<>();
    private int bad;

    RandomPage(Random random) {
      this.random = random;
      int lines = random.nextInt(12);
      for (int i = 0; i < lines; i++) {
        switch (random.nextInt(8)) {
          case 0 -> text.append("# HELP vllm:num_requests_waiting 3\n");
          case 1 -> text.append(blank()).append('\n');
          case 2 -> sample(DECOYS.get(random.nextInt(DECOYS.size())));
          case 3 -> badLine();
          case 4 -> sample("vllm:num_requests_running");
          default -> sample("vllm:num_requests_waiting");
        }
      }
    }

    String text() {
      return text.toString();
    }

    double sum(String family) {
      var series = families.getOrDefault(family, Map.of());
      return series.isEmpty()
          ? Double.NaN
          : series.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private void badLine() {
      List<String> ends = List.of("", " x", "{a=\"1\" 3", "{a=1} 3", " 1 2 3", "{a=\"\\t\"} 1");
      text.append("vllm:num_requests_waiting")
          .append(ends.get(random.nextInt(ends.size())))
          .append('\n');
      bad++;
    }

    private void sample(String name) {
      var labels = new TreeMap<String, String>();
      for (int i = random.nextInt(4); i > 0; i--) {
        labels.put("l" + random.nextInt(4), VALUES.get(random.nextInt(VALUES.size())));
      }
      double value = random.nextInt(1_000) / (random.nextBoolean() ? 1.0 : 8.0);
      boolean quoted = random.nextInt(4) == 0;
      text.append(blank()).append(quoted ? "" : name);
      if (quoted || !labels.isEmpty() || random.nextBoolean()) {
        text.append(quoted ? "" : blank()).append('{').append(blank());
        var parts = new ArrayList<String>();
        labels.forEach(
            (label, text) ->
                parts.add(label + blank() + "=" + blank() + "\"" + escaped(text) + "\"" + blank()));
        Collections.shuffle(parts, random);
        if (quoted) {
          parts.addFirst("\"" + name + "\"" + blank());
        }
        text.append(String.join("," + blank(), parts));
        text.append(random.nextBoolean() && !parts.isEmpty() ? "," + blank() : "").append('}');
      }
      text.append(' ').append(blank()).append(value);
      text.append(random.nextInt(3) == 0 ? " 1785966123456" : "");
      text.append(random.nextInt(5) == 0 ? " # {id=\"7\"} 1" : "").append(blank());
      text.append(random.nextInt(4) == 0 ? "\r\n" : "\n");
      labels.values().removeIf(String::isEmpty);
      families.computeIfAbsent(name, n -> new HashMap<>()).put(labels, value);
    }

    private String blank() {
      return List.of("", "", " ", "\t", "  ").get(random.nextInt(5));
    }

    private static String escaped(String value) {
      return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
  }
}
