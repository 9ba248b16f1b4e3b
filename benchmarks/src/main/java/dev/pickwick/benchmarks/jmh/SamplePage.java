package dev.pickwick.benchmarks.jmh;

import dev.pickwick.scraper.page.EngineMapping;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A metrics page from the scraper's samples, whose name begins with who wrote it. */
record SamplePage(String name) {

  byte[] bytes() throws IOException {
    try (InputStream in = SamplePage.class.getResourceAsStream("/samples/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  /** Where its numbers stand. The simulator speaks vLLM's names, and so do the edge cases. */
  EngineMapping mapping() {
    String engine =
        switch (name.substring(0, name.indexOf('-'))) {
          case "sglang" -> "sglang";
          case "trtllm" -> "trtllm-serve";
          case "triton" -> "triton-tensorrt-llm";
          default -> EngineMapping.VLLM;
        };
    return Objects.requireNonNull(EngineMapping.builtIns().get(engine), engine);
  }
}
