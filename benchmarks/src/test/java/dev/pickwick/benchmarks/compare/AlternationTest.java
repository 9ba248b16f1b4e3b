package dev.pickwick.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.benchmarks.load.LoadFigures;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class AlternationTest {
  private final List<String> order = new ArrayList<>();
  private final PrintStream nowhere =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  @Test
  void run_pairs_alternateWhoIsFirstAndKeepTheirSides() throws Exception {
    Runner a = side("a", 100, 10, 20);
    Runner b = side("b", 100, 40, 40);

    Alternation slices = Alternation.run(a, b, 1, 2, Duration.ofSeconds(1), nowhere);

    assertThat(order).containsExactly("b", "a", "a", "b", "b", "a");
    assertThat(slices.ofA("rate of a", "/s", slice -> slice.load().perSecond()).values())
        .containsExactly(10.0, 20.0);
    assertThat(
            slices
                .ofA("rate of a", "/s", slice -> slice.load().perSecond())
                .dividedBy(slices.ofB("rate of b", "/s", slice -> slice.load().perSecond()))
                .values())
        .containsExactly(0.25, 0.5);
    assertThat(slices.a().getFirst().cpuMicrosPerRequest()).isEqualTo(100_000);
  }

  /** Exchanges in each of its slices of a second, which cost a second of processor time. */
  private Runner side(String name, long... requests) {
    Iterator<Long> next = Arrays.stream(requests).boxed().iterator();
    return new Runner() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Slice run(Duration length) {
        order.add(name);
        Histogram none = new Histogram(3);
        return new Slice(new LoadFigures(1, next.next(), none, none, Map.of(), Map.of()), 1);
      }
    };
  }
}
