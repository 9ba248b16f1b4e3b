package dev.pickwick.epp.config;

import dev.pickwick.epp.config.ConfigDocument.Reference;
import dev.pickwick.epp.config.ConfigDocument.SourceEntry;
import dev.pickwick.epp.config.ServerPlugin.MetricsExtractor;
import dev.pickwick.epp.config.ServerPlugin.MetricsSource;
import dev.pickwick.epp.config.ServerPlugin.Parser;
import dev.pickwick.scheduler.spi.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the sections {@code dataLayer}, {@code parser} and {@code saturationDetector} to the
 * plugins they name.
 */
final class DataLayer {
  private static final String DEFAULT_DETECTOR = "utilization-detector";

  private final ConfigDocument document;
  private final Map<String, Object> instances;
  private final List<Problem> problems;
  private MetricsSource source;
  private MetricsExtractor extractor;
  private Parser parser = new Parser(ServerPlugins.DEFAULT_PARSER);

  DataLayer(
      ConfigDocument document,
      Map<String, Object> instances,
      List<Problem> problems,
      ServerPlugins defaults) {
    this.document = document;
    this.instances = instances;
    this.problems = problems;
    this.source = defaults.defaultSource();
    this.extractor = ServerPlugins.defaultExtractor();
    if (document.sources() == null) {
      takeByName();
    } else {
      for (SourceEntry entry : document.sources()) {
        takeConfigured(entry);
      }
    }
    takeParser(document.parserRef());
    checkDetector(document.detectorRef());
  }

  MetricsSource source() {
    return source;
  }

  MetricsExtractor extractor() {
    return extractor;
  }

  Parser parser() {
    return parser;
  }

  /** Without the section, the plugins of the default names serve if they exist. */
  private void takeByName() {
    if (instances.get(ServerPlugins.METRICS_SOURCE) instanceof MetricsSource named) {
      source = named;
    }
    if (instances.get(ServerPlugins.METRICS_EXTRACTOR) instanceof MetricsExtractor named) {
      extractor = named;
    }
  }

  private void takeConfigured(SourceEntry entry) {
    Object plugin = named(entry.source());
    if (plugin instanceof MetricsSource configured) {
      source = configured;
    } else if (plugin != null) {
      problem(entry.source(), "the plugin " + entry.source().name() + " is not a data source");
    }
    for (Reference reference : entry.extractors()) {
      Object candidate = named(reference);
      if (candidate instanceof MetricsExtractor configured) {
        extractor = configured;
      } else if (candidate != null) {
        problem(reference, "the plugin " + reference.name() + " is not an extractor");
      }
    }
  }

  private void takeParser(Reference reference) {
    Object plugin = named(reference);
    if (plugin instanceof Parser configured) {
      parser = configured;
    } else if (plugin != null) {
      problem(reference, "the specified plugin is not a parser plugin in the config");
    }
  }

  /** No detector is built in yet, so whatever is listed is none, or was refused already. */
  private void checkDetector(Reference reference) {
    boolean byDefault =
        reference.name().equals(DEFAULT_DETECTOR) && !document.names().contains(DEFAULT_DETECTOR);
    if (!byDefault && named(reference) != null) {
      problem(reference, "the plugin " + reference.name() + " is not a saturation detector");
    }
  }

  /** The plugin of that name; a listed one that could not be made has been told already. */
  private @Nullable Object named(Reference reference) {
    if (reference.name().isEmpty()) {
      return null;
    }
    Object plugin = instances.get(reference.name());
    if (plugin == null && !document.names().contains(reference.name())) {
      problem(reference, "references undefined plugin '" + reference.name() + "'");
    }
    return plugin;
  }

  private void problem(Reference reference, String message) {
    problems.add(new Problem(reference.path(), message));
  }
}
