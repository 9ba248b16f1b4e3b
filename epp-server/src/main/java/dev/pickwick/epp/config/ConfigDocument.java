package dev.pickwick.epp.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The document as written, before any plugin exists.
 *
 * @param plugins in order; names filled in where none was written
 * @param profiles in order
 * @param sources data sources with their extractors; null when the section is absent
 * @param parserRef name of the parser plugin; empty: the default
 * @param warnings what is accepted without effect
 */
record ConfigDocument(
    List<PluginEntry> plugins,
    List<ProfileEntry> profiles,
    @Nullable List<SourceEntry> sources,
    Reference parserRef,
    List<String> warnings) {

  ConfigDocument {
    plugins = List.copyOf(plugins);
    profiles = List.copyOf(profiles);
    sources = sources == null ? null : List.copyOf(sources);
    warnings = List.copyOf(warnings);
  }

  /** One plugin; parameters are JSON-like values. */
  record PluginEntry(
      String path, String type, String name, Map<String, ? extends @Nullable Object> parameters) {}

  /** One scheduling profile. */
  record ProfileEntry(String path, String name, List<WeightedReference> plugins) {}

  /** A plugin named by a profile; the weight only matters to scorers. */
  record WeightedReference(Reference plugin, double weight) {}

  /** One data source and its extractors. */
  record SourceEntry(Reference source, List<Reference> extractors) {}

  /** A plugin's name and where it was written; the name is empty where it was left out. */
  record Reference(String path, String name) {}
}
