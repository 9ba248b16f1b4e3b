package dev.pickwick.epp.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The document as written, before any plugin exists.
 *
 * @param plugins in order; names filled in where none was written
 * @param names of all plugins that are listed, also of those that cannot be made
 * @param profiles in order
 * @param sources data sources with their extractors; null when the section is absent
 * @param parserRef name of the parser plugin; empty: the default
 * @param detectorRef name of the saturation detector; empty: the default
 * @param warnings what is accepted without effect
 * @param order where in the document problems are
 */
record ConfigDocument(
    List<PluginEntry> plugins,
    Set<String> names,
    List<ProfileEntry> profiles,
    @Nullable List<SourceEntry> sources,
    Reference parserRef,
    Reference detectorRef,
    List<String> warnings,
    ReadingOrder order) {

  ConfigDocument {
    plugins = List.copyOf(plugins);
    names = Set.copyOf(names);
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
