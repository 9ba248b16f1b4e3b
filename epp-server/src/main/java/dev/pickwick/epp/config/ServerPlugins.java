package dev.pickwick.epp.config;

import dev.pickwick.epp.config.ConfigDocument.PluginEntry;
import dev.pickwick.epp.config.ServerPlugin.MetricsExtractor;
import dev.pickwick.epp.config.ServerPlugin.MetricsSource;
import dev.pickwick.epp.config.ServerPlugin.Parser;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scraper.page.EngineMapping;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the plugins that are not part of scheduling from their parameters. */
final class ServerPlugins {
  static final String METRICS_SOURCE = "metrics-data-source";
  static final String METRICS_EXTRACTOR = "core-metrics-extractor";
  static final String DEFAULT_PARSER = "openai-parser";
  static final String ENGINE_LABEL = "inference.networking.k8s.io/engine-type";
  private static final Set<String> PARSERS = Set.of(DEFAULT_PARSER, "passthrough-parser");

  /** Every type this class makes. */
  static final Set<String> TYPES =
      Set.of(METRICS_SOURCE, METRICS_EXTRACTOR, DEFAULT_PARSER, "passthrough-parser");

  private final MetricsSource sourceDefaults;

  /**
   * Creates the maker.
   *
   * @param sourceDefaults what a source takes where its parameters say nothing
   */
  ServerPlugins(MetricsSource sourceDefaults) {
    this.sourceDefaults = sourceDefaults;
  }

  /** The plugin, made from defaults where the parameters are wrong; null for any other type. */
  @Nullable ServerPlugin create(PluginEntry entry, Parameters parameters) {
    return switch (entry.type()) {
      case METRICS_SOURCE -> source(parameters);
      case METRICS_EXTRACTOR -> extractor(entry, parameters);
      default -> PARSERS.contains(entry.type()) ? new Parser(entry.type()) : null;
    };
  }

  MetricsSource defaultSource() {
    return sourceDefaults;
  }

  static MetricsExtractor defaultExtractor() {
    return new MetricsExtractor(ENGINE_LABEL, EngineMapping.VLLM, EngineMapping.builtIns());
  }

  private MetricsSource source(Parameters parameters) {
    String scheme = parameters.text("scheme", sourceDefaults.scheme());
    if (!scheme.equals("http") && !scheme.equals("https")) {
      parameters.problem("scheme", "\"" + scheme + "\" (expected: http or https)");
    }
    String path = parameters.text("path", sourceDefaults.path());
    return new MetricsSource(
        scheme,
        path.startsWith("/") ? path : "/" + path,
        parameters.bool("insecureSkipVerify", sourceDefaults.insecureSkipVerify()));
  }

  private static MetricsExtractor extractor(PluginEntry entry, Parameters parameters) {
    String label = parameters.text("engineLabelKey", ENGINE_LABEL);
    String defaultEngine = parameters.text("defaultEngine", EngineMapping.VLLM);
    Map<String, EngineMapping> engines = new LinkedHashMap<>(EngineMapping.builtIns());
    engineConfigs(entry, parameters, engines);
    if (!engines.containsKey(defaultEngine)) {
      parameters.problem(
          "defaultEngine", "defaultEngine \"" + defaultEngine + "\" not found in engineConfigs");
      defaultEngine = EngineMapping.VLLM;
    }
    return new MetricsExtractor(label.isEmpty() ? ENGINE_LABEL : label, defaultEngine, engines);
  }

  private static void engineConfigs(
      PluginEntry entry, Parameters parameters, Map<String, EngineMapping> engines) {
    Object configs = ignoringCase(entry.parameters(), "engineConfigs");
    if (configs == null) {
      return;
    }
    if (!(configs instanceof List<?> list)) {
      parameters.problem("engineConfigs", "not a list (expected: a list of engines)");
      return;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String path = "engineConfigs[" + i + "]";
      if (!(list.get(i) instanceof Map<?, ?> values)) {
        parameters.problem(path, "not a map (expected: name, queuedRequestsSpec, ...)");
        continue;
      }
      String name = text(parameters, path, values, "name");
      if (name.isEmpty() || name.equals("default")) {
        parameters.problem(
            path + ".name", "\"" + name + "\" (expected: a name other than default)");
      } else if (!names.add(name)) {
        parameters.problem(path + ".name", "duplicate engine name \"" + name + "\"");
      } else {
        try {
          engines.put(name, mapping(name, parameters, path, values));
        } catch (IllegalArgumentException e) {
          parameters.problem(path, String.valueOf(e.getMessage()));
        }
      }
    }
  }

  private static EngineMapping mapping(
      String name, Parameters parameters, String path, Map<?, ?> values) {
    return EngineMapping.of(
        name,
        text(parameters, path, values, "queuedRequestsSpec"),
        text(parameters, path, values, "runningRequestsSpec"),
        text(parameters, path, values, "kvUsageSpec"),
        text(parameters, path, values, "loraSpec"),
        text(parameters, path, values, "cacheInfoSpec"),
        text(parameters, path, values, "cacheBlockSizeLabelName"),
        text(parameters, path, values, "cacheNumBlocksLabelName"),
        text(parameters, path, values, "cacheBlockSizeSpec"),
        text(parameters, path, values, "cacheNumBlocksSpec"));
  }

  private static String text(Parameters parameters, String path, Map<?, ?> values, String key) {
    Object value = ignoringCase(values, key);
    if (value == null) {
      return "";
    }
    if (value instanceof String text) {
      return text;
    }
    parameters.problem(path + "." + key, value + " (expected: text)");
    return "";
  }

  private static @Nullable Object ignoringCase(Map<?, ?> values, String key) {
    Object exact = values.get(key);
    if (exact != null) {
      return exact;
    }
    String wanted = key.toLowerCase(Locale.ROOT);
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      if (String.valueOf(entry.getKey()).toLowerCase(Locale.ROOT).equals(wanted)) {
        return entry.getValue();
      }
    }
    return null;
  }
}
