package dev.pickwick.epp.config;

import dev.pickwick.epp.config.ConfigDocument.PluginEntry;
import dev.pickwick.epp.config.ServerPlugin.MetricsSource;
import dev.pickwick.scheduler.spi.Parameters;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.PluginContext;
import dev.pickwick.scheduler.spi.PluginFactory;
import dev.pickwick.scheduler.spi.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a pipeline and its surroundings from a configuration document. Built-in plugins and those
 * of other jars are found the same way, by {@link ServiceLoader}.
 */
public final class ConfigLoader {
  /** What runs when no document is given. */
  public static final String DEFAULT_DOCUMENT =
      """
      apiVersion: inference.networking.x-k8s.io/v1alpha1
      kind: EndpointPickerConfig
      plugins:
      - type: queue-scorer
      - type: kv-cache-utilization-scorer
      - type: prefix-cache-scorer
      - type: metrics-data-source
      - type: core-metrics-extractor
      schedulingProfiles:
      - name: default
        plugins:
        - {pluginRef: queue-scorer, weight: 2}
        - {pluginRef: kv-cache-utilization-scorer, weight: 2}
        - {pluginRef: prefix-cache-scorer, weight: 3}
      """;

  /**
   * Types the reference has and this program not yet; naming one is told apart from a typing error.
   */
  private static final Set<String> NOT_BUILT =
      Set.of(
          "lora-affinity-scorer",
          "token-load-scorer",
          "latency-scorer",
          "predicted-latency-scorer",
          "predicted-latency-producer",
          "prefix-cache-affinity-filter",
          "slo-headroom-tier-filter",
          "utilization-detector",
          "concurrency-detector",
          "header-based-testing-filter",
          "inflight-load-producer",
          "latency-slo-admitter",
          "global-strict-fairness-policy",
          "round-robin-fairness-policy",
          "fcfs-ordering-policy",
          "edf-ordering-policy",
          "slo-deadline-ordering-policy",
          "static-usage-limit-policy",
          "k8s-notification-source",
          "endpoint-notification-source",
          "request-attribute-reporter",
          "destination-endpoint-served-verifier",
          "vllmgrpc-parser");

  private final PluginContext context;
  private final Map<String, PluginFactory> factories = new TreeMap<>();
  private final ServerPlugins serverPlugins;

  /**
   * A loader.
   *
   * @param context what plugins may use
   * @param sourceDefaults how metrics are fetched where the document says nothing
   */
  public ConfigLoader(PluginContext context, MetricsSource sourceDefaults) {
    this.context = context;
    this.serverPlugins = new ServerPlugins(sourceDefaults);
    for (PluginFactory factory : ServiceLoader.load(PluginFactory.class)) {
      PluginFactory other = factories.putIfAbsent(factory.type(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "plugin type '"
                + factory.type()
                + "' is provided twice: by "
                + other.getClass().getName()
                + " and "
                + factory.getClass().getName());
      }
    }
  }

  /**
   * Loads a document.
   *
   * @param text YAML or JSON; blank: the default document
   */
  public ConfigResult load(String text) {
    List<Problem> problems = new ArrayList<>();
    ConfigDocument document =
        new ConfigReader(problems).read(text.isBlank() ? DEFAULT_DOCUMENT : text);
    if (document == null) {
      return new ConfigResult.Broken(problems);
    }
    Map<String, Object> instances = instances(document, problems);
    PipelineBuilder pipelines =
        new PipelineBuilder(
            document,
            instances,
            problems,
            (type, path, values) -> make(type, new Parameters(path, values), problems));
    DataLayer layer = new DataLayer(document, instances, problems, serverPlugins);
    if (!problems.isEmpty()) {
      problems.sort(document.order());
      return new ConfigResult.Broken(problems);
    }
    return new ConfigResult.Loaded(
        pipelines.build(), layer.source(), layer.extractor(), layer.parser(), document.warnings());
  }

  private Map<String, Object> instances(ConfigDocument document, List<Problem> problems) {
    Map<String, Object> instances = new LinkedHashMap<>();
    for (PluginEntry entry : document.plugins()) {
      Object instance = instance(entry, problems);
      if (instance != null) {
        instances.put(entry.name(), instance);
      }
    }
    return instances;
  }

  private @Nullable Object instance(PluginEntry entry, List<Problem> problems) {
    Parameters parameters = new Parameters(entry.path() + ".parameters", entry.parameters());
    Object instance = serverPlugins.create(entry, parameters);
    PluginFactory factory = factories.get(entry.type());
    if (instance == null && factory != null) {
      try {
        instance = factory.create(entry.name(), parameters, context);
      } catch (RuntimeException e) {
        problems.add(
            new Problem(
                entry.path(),
                "failed to create plugin '"
                    + entry.name()
                    + "' (type: "
                    + entry.type()
                    + "): "
                    + e));
        return null;
      }
    }
    if (instance == null) {
      problems.add(new Problem(entry.path() + ".type", unknownType(entry.type())));
    }
    problems.addAll(parameters.problems());
    return instance;
  }

  private String unknownType(String type) {
    return NOT_BUILT.contains(type)
        ? "plugin type '" + type + "' is known, but not available in this version"
        : "plugin type '"
            + type
            + "' is not registered (registered: "
            + String.join(", ", registered())
            + ")";
  }

  private Set<String> registered() {
    Set<String> types = new TreeSet<>(factories.keySet());
    types.addAll(ServerPlugins.TYPES);
    return types;
  }

  /** A plugin that the document does not name. */
  private Plugin make(String type, Parameters parameters, List<Problem> problems) {
    PluginFactory factory = factories.get(type);
    if (factory == null) {
      throw new IllegalStateException("built-in plugin type '" + type + "' is not registered");
    }
    Plugin plugin = factory.create(type, parameters, context);
    problems.addAll(parameters.problems());
    return plugin;
  }
}
