package dev.pickwick.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pickwick.benchmarks.jmh.LibraryScrapeBenchmark.Numbers;
import dev.pickwick.scraper.page.PageOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Param;

/** Every sample page is measured, and read to the same numbers by ours and by the library. */
class ScrapeBenchmarkTest {

  @Test
  void pages_areAllTheSamples() throws Exception {
    Path samples = Path.of("../metrics-scraper/src/test/resources/samples");
    try (Stream<Path> files = Files.list(samples)) {
      String[] names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals("README.md"))
              .toArray(String[]::new);

      assertThat(pages(ScrapeBenchmark.class)).containsExactlyInAnyOrder(names);
      assertThat(
              Stream.concat(
                  pages(LibraryScrapeBenchmark.class), Stream.of("edge-broken-openmetrics.prom")))
          .containsExactlyInAnyOrder(names);
    }
  }

  @ParameterizedTest
  @MethodSource("enginePages")
  void libraryAndOurs_agree(String page) throws IOException {
    PageOutcome.Numbers ours = (PageOutcome.Numbers) scan(page);

    Numbers librarys = scanByLibrary(page);

    assertThat(ours.samples()).isGreaterThanOrEqualTo(3);
    assertThat(librarys.waiting()).isEqualTo(ours.waiting());
    assertThat(librarys.running()).isEqualTo(ours.running());
    assertThat(librarys.kvUsage()).isCloseTo(ours.kvUsage(), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "edge-broken-bad-utf8.prom",
        "edge-broken-crlf.prom",
        "edge-broken-no-trailing-newline.prom",
        "edge-broken-truncated.prom"
      })
  void libraryAndOurs_agreeOnTheQueueOfDamagedPages(String page) throws IOException {
    assertThat(((PageOutcome.Numbers) scan(page)).waiting()).isEqualTo(3);
    assertThat(scanByLibrary(page).waiting()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "edge-broken-html.txt",
        "edge-broken-json-string.txt",
        "edge-broken-trtllm-json.txt",
        "edge-empty.prom"
      })
  void libraryAndOurs_findNothingOnOtherPages(String page) throws IOException {
    assertThat(scan(page)).isInstanceOf(PageOutcome.Unreadable.class);
    assertThat(scanByLibrary(page)).isEqualTo(new Numbers(Double.NaN, Double.NaN, Double.NaN));
  }

  @Test
  void openMetricsWithoutTypes_libraryThrows() {
    assertThatThrownBy(() -> scanByLibrary("edge-broken-openmetrics.prom"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Need to set type");
  }

  @Test
  void copy_isThePage() throws IOException {
    ScrapeBenchmark benchmark = new ScrapeBenchmark();
    benchmark.page = "vllm-v0.26-single.prom";
    benchmark.load();

    assertThat(benchmark.copy()).isEqualTo(new SamplePage(benchmark.page).bytes());
  }

  private static Stream<String> enginePages() throws NoSuchFieldException {
    return pages(ScrapeBenchmark.class).filter(page -> !page.startsWith("edge-"));
  }

  private static Stream<String> pages(Class<?> benchmark) throws NoSuchFieldException {
    Param param = benchmark.getField("page").getAnnotation(Param.class);
    return Stream.of(Objects.requireNonNull(param).value());
  }

  private static PageOutcome scan(String page) throws IOException {
    ScrapeBenchmark benchmark = new ScrapeBenchmark();
    benchmark.page = page;
    benchmark.load();
    return benchmark.scan();
  }

  private static Numbers scanByLibrary(String page) throws IOException {
    LibraryScrapeBenchmark benchmark = new LibraryScrapeBenchmark();
    benchmark.page = page;
    benchmark.load();
    return benchmark.scan();
  }
}
