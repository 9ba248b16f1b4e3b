package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Pages for the tests, and the shortest way to read one. */
final class Pages {
  /** A minute after the newest time on the sample pages. */
  static final double NOW = 1_785_966_300;

  private Pages() {}

  static byte[] sample(String name) {
    try (var in = Pages.class.getResourceAsStream("/samples/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PageOutcome read(String engine, byte[] page) {
    var mapping = Objects.requireNonNull(EngineMapping.builtIns().get(engine), engine);
    return new MetricsPage(mapping).scan(page, page.length, new AdapterHistory(), NOW);
  }

  static PageOutcome vllm(String page) {
    return read(EngineMapping.VLLM, page.getBytes(UTF_8));
  }

  static PageOutcome.Numbers vllmNumbers(String page) {
    return (PageOutcome.Numbers) vllm(page);
  }
}
