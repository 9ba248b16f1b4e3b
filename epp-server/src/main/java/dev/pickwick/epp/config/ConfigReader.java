package dev.pickwick.epp.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pickwick.epp.config.ConfigDocument.PluginEntry;
import dev.pickwick.epp.config.ConfigDocument.ProfileEntry;
import dev.pickwick.epp.config.ConfigDocument.Reference;
import dev.pickwick.epp.config.ConfigDocument.SourceEntry;
import dev.pickwick.epp.config.ConfigDocument.WeightedReference;
import dev.pickwick.scheduler.spi.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads YAML (or JSON) into a {@link ConfigDocument}; unknown and duplicate keys are problems. */
final class ConfigReader {
  private static final Set<String> API_VERSIONS =
      Set.of("inference.networking.x-k8s.io/v1alpha1", "llm-d.ai/v1alpha1");
  private static final String KIND = "EndpointPickerConfig";
  private static final Set<String> GATES =
      Set.of("dataLayer", "enableLegacyMetrics", "flowControl");
  private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {};

  private static final ObjectMapper YAML =
      new YAMLMapper(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final List<Problem> problems;
  private final List<String> warnings = new ArrayList<>();

  ConfigReader(List<Problem> problems) {
    this.problems = problems;
  }

  /** The document, or null when it is no mapping at all; what is wrong is added to the problems. */
  @Nullable ConfigDocument read(String text) {
    JsonNode root;
    try {
      root = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      problems.add(
          new Problem(
              "document",
              "failed to decode configuration JSON/YAML" + where + ": " + e.getOriginalMessage()));
      return null;
    }
    if (!root.isObject()) {
      problems.add(
          new Problem(
              "document", "not a map (expected: apiVersion, kind: " + KIND + ", plugins, ...)"));
      return null;
    }
    return document(new Section("", root, problems), new ReadingOrder(root));
  }

  private ConfigDocument document(Section root, ReadingOrder order) {
    String apiVersion = root.text("apiVersion");
    if (!API_VERSIONS.contains(apiVersion)) {
      root.problem(
          "apiVersion", "\"" + apiVersion + "\" (expected: one of " + sorted(API_VERSIONS) + ")");
    }
    String kind = root.text("kind");
    if (!kind.equals(KIND)) {
      root.problem("kind", "\"" + kind + "\" (expected: " + KIND + ")");
    }
    gates(root);
    Set<String> names = new HashSet<>();
    List<PluginEntry> plugins = plugins(root, names);
    List<ProfileEntry> profiles = profiles(root);
    List<SourceEntry> sources = sources(root);
    Reference parser = parser(root);
    Reference detector = detector(root);
    Section flowControl = root.section("flowControl");
    if (flowControl != null) {
      FlowControlReader.check(flowControl);
      warnings.add("flowControl: not yet in effect");
    }
    root.end();
    return new ConfigDocument(plugins, names, profiles, sources, parser, detector, warnings, order);
  }

  private void gates(Section root) {
    List<String> gates = root.texts("featureGates");
    for (int i = 0; i < gates.size(); i++) {
      String gate = gates.get(i);
      if (!GATES.contains(gate)) {
        root.problem(
            "featureGates[" + i + "]", "feature gate '" + gate + "' is unknown or unregistered");
      } else if (!gate.equals("dataLayer")) {
        warnings.add("featureGates: " + gate + " is not yet in effect");
      }
    }
  }

  private List<PluginEntry> plugins(Section root, Set<String> names) {
    List<PluginEntry> plugins = new ArrayList<>();
    for (Section section : root.sections("plugins")) {
      String type = section.text("type");
      String given = section.text("name");
      String name = given.isEmpty() ? type : given;
      JsonNode parameters = section.opaque("parameters");
      section.end();
      boolean isNew = name.isEmpty() || names.add(name);
      if (type.isEmpty()) {
        section.problem("type", "plugin '" + name + "' is missing a type");
      } else if (!isNew) {
        section.problem("name", "duplicate plugin name '" + name + "'");
      } else {
        plugins.add(
            new PluginEntry(
                section.path(),
                type,
                name,
                parameters == null ? Map.of() : YAML.convertValue(parameters, MAP)));
      }
    }
    return plugins;
  }

  private List<ProfileEntry> profiles(Section root) {
    List<ProfileEntry> profiles = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section section : root.sections("schedulingProfiles")) {
      String name = section.text("name");
      if (name.isEmpty()) {
        section.problem("name", "the profile is missing a name");
      } else if (!names.add(name)) {
        section.problem("name", "duplicate name '" + name + "'");
      }
      List<WeightedReference> plugins = new ArrayList<>();
      for (Section plugin : section.sections("plugins")) {
        plugins.add(new WeightedReference(reference(plugin), plugin.number("weight", 1)));
        plugin.end();
      }
      section.end();
      profiles.add(new ProfileEntry(section.path(), name, plugins));
    }
    return profiles;
  }

  private @Nullable List<SourceEntry> sources(Section root) {
    Section layer = root.section("dataLayer");
    if (layer == null) {
      return null;
    }
    List<SourceEntry> sources = new ArrayList<>();
    for (Section source : layer.sections("sources")) {
      Reference reference = reference(source);
      List<Reference> extractors = new ArrayList<>();
      for (Section extractor : source.sections("extractors")) {
        extractors.add(reference(extractor));
        extractor.end();
      }
      source.end();
      sources.add(new SourceEntry(reference, extractors));
    }
    layer.end();
    if (sources.isEmpty()) {
      layer.problem("sources", "data layer enabled but no data sources configured");
    }
    return sources;
  }

  private static Reference parser(Section root) {
    Section parser = root.section("parser");
    if (parser == null) {
      return new Reference("parser", "");
    }
    Reference reference = reference(parser);
    parser.end();
    return reference;
  }

  private Reference detector(Section root) {
    Section detector = root.section("saturationDetector");
    if (detector == null) {
      return new Reference("saturationDetector", "");
    }
    Reference reference = new Reference(detector.pathOf("pluginRef"), detector.text("pluginRef"));
    detector.end();
    warnings.add("saturationDetector: not yet in effect");
    return reference;
  }

  private static Reference reference(Section section) {
    String name = section.text("pluginRef");
    if (name.isEmpty()) {
      section.problem("pluginRef", "missing (expected: the name of a plugin)");
    }
    return new Reference(section.pathOf("pluginRef"), name);
  }

  private static String sorted(Set<String> words) {
    return String.join(", ", words.stream().sorted().toList());
  }
}
