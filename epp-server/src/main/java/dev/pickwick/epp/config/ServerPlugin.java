package dev.pickwick.epp.config;

import dev.pickwick.scraper.page.EngineMapping;
import java.util.Map;

/**
 * A configured plugin that is not part of scheduling: where metrics and request facts come from.
 */
public sealed interface ServerPlugin {

  /**
   * Where and how metrics pages are fetched ({@code metrics-data-source}).
   *
   * @param scheme {@code http} or {@code https}
   * @param path path of the page, with its leading slash
   * @param insecureSkipVerify whether any certificate is accepted
   */
  record MetricsSource(String scheme, String path, boolean insecureSkipVerify)
      implements ServerPlugin {}

  /**
   * What is read from a metrics page ({@code core-metrics-extractor}).
   *
   * @param engineLabel label of an endpoint that names its engine
   * @param defaultEngine engine of an endpoint without that label; a key of {@code engines}
   * @param engines every engine known, by name
   */
  record MetricsExtractor(
      String engineLabel, String defaultEngine, Map<String, EngineMapping> engines)
      implements ServerPlugin {
    public MetricsExtractor {
      engines = Map.copyOf(engines);
    }
  }

  /**
   * How request bodies are read.
   *
   * @param type type of the parser plugin
   */
  record Parser(String type) implements ServerPlugin {}
}
