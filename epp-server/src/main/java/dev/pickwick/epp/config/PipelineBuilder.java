package dev.pickwick.epp.config;

import dev.pickwick.epp.config.ConfigDocument.PluginEntry;
import dev.pickwick.epp.config.ConfigDocument.ProfileEntry;
import dev.pickwick.epp.config.ConfigDocument.Reference;
import dev.pickwick.epp.config.ConfigDocument.WeightedReference;
import dev.pickwick.scheduler.Pipeline;
import dev.pickwick.scheduler.Profile;
import dev.pickwick.scheduler.WeightedScorer;
import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scheduler.spi.Filter;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Plugin;
import dev.pickwick.scheduler.spi.Problem;
import dev.pickwick.scheduler.spi.ProfileHandler;
import dev.pickwick.scheduler.spi.RequestObserver;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the plugins of a document into their roles and adds what the document leaves to defaults.
 */
final class PipelineBuilder {
  private static final String SINGLE_PROFILE_HANDLER = "single-profile-handler";
  private static final String MAX_SCORE_PICKER = "max-score-picker";
  private static final String PREFIX_SCORER = "prefix-cache-scorer";
  private static final String PREFIX_PRODUCER = "approx-prefix-cache-producer";

  private final ConfigDocument document;
  private final Map<String, Object> instances;
  private final List<Problem> problems;
  private final Maker maker;
  private final List<Profile> profiles = new ArrayList<>();
  private final @Nullable ProfileHandler handler;
  private final @Nullable Plugin prefixProducer;

  /**
   * Checks the document and assembles the profiles.
   *
   * @param maker makes the built-in plugins that defaults call for
   */
  PipelineBuilder(
      ConfigDocument document, Map<String, Object> instances, List<Problem> problems, Maker maker) {
    this.document = document;
    this.instances = instances;
    this.problems = problems;
    this.maker = maker;
    for (ProfileEntry entry : entries()) {
      profiles.add(profile(entry));
    }
    handler = handler();
    prefixProducer = prefixProducer();
  }

  /** The pipeline; only after the constructor found no problem. */
  Pipeline build() {
    if (handler == null) {
      throw new IllegalStateException("no profile handler, although no problem was found");
    }
    List<DataProducer> producers = new ArrayList<>();
    List<RequestObserver> observers = new ArrayList<>();
    List<Object> plugins = new ArrayList<>(instances.values());
    if (prefixProducer != null) {
      plugins.add(prefixProducer);
    }
    for (Object plugin : plugins) {
      if (plugin instanceof DataProducer producer) {
        producers.add(producer);
      }
      if (plugin instanceof RequestObserver observer) {
        observers.add(observer);
      }
    }
    return new Pipeline(handler, profiles, producers, observers);
  }

  /** Without profiles, one called default with every filter, scorer and picker there is. */
  private List<ProfileEntry> entries() {
    if (!document.profiles().isEmpty()) {
      return document.profiles();
    }
    List<WeightedReference> all = new ArrayList<>();
    for (PluginEntry plugin : document.plugins()) {
      all.add(new WeightedReference(new Reference(plugin.path(), plugin.name()), 1));
    }
    return List.of(new ProfileEntry("schedulingProfiles[0]", "default", all));
  }

  private Profile profile(ProfileEntry entry) {
    List<Filter> filters = new ArrayList<>();
    List<WeightedScorer> scorers = new ArrayList<>();
    Picker picker = null;
    String pickerName = "";
    for (WeightedReference item : entry.plugins()) {
      Reference reference = item.plugin();
      Object plugin = instances.get(reference.name());
      if (plugin == null && !reference.name().isEmpty() && !failed(reference.name())) {
        problem(
            reference,
            "schedulingProfiles["
                + entry.name()
                + "] references undefined plugin '"
                + reference.name()
                + "'");
      }
      if (plugin instanceof Filter filter) {
        filters.add(filter);
      }
      if (plugin instanceof Scorer scorer) {
        scorers.add(new WeightedScorer(scorer, item.weight()));
      }
      if (plugin instanceof Picker candidate) {
        if (picker != null) {
          problem(
              reference,
              "failed to set '"
                  + reference.name()
                  + "' as picker, already have a registered picker plugin '"
                  + pickerName
                  + "'");
        }
        picker = candidate;
        pickerName = reference.name();
      }
    }
    return new Profile(entry.name(), filters, scorers, picker == null ? defaultPicker() : picker);
  }

  private Picker defaultPicker() {
    for (Object plugin : instances.values()) {
      if (plugin instanceof Picker picker) {
        return picker;
      }
    }
    return (Picker) maker.make(MAX_SCORE_PICKER, "plugins", Map.of());
  }

  private @Nullable ProfileHandler handler() {
    List<String> names = new ArrayList<>();
    ProfileHandler found = null;
    for (Map.Entry<String, Object> entry : instances.entrySet()) {
      if (entry.getValue() instanceof ProfileHandler candidate) {
        names.add(entry.getKey());
        found = candidate;
      }
    }
    Reference profilesReference = new Reference("schedulingProfiles", "");
    if (names.size() > 1) {
      problem(
          new Reference("plugins", ""),
          "multiple profile handlers found ("
              + String.join(", ", names)
              + "); only one is allowed");
    } else if (found == null && profiles.size() > 1) {
      problem(profilesReference, "no profile handler configured");
    } else if (found == null) {
      found = (ProfileHandler) maker.make(SINGLE_PROFILE_HANDLER, "plugins", Map.of());
    } else if (profiles.size() > found.maxProfiles()) {
      problem(
          profilesReference,
          "profile handler '"
              + names.getFirst()
              + "' cannot support multiple scheduling profiles ("
              + profiles.size()
              + " configured)");
    }
    return found;
  }

  /** A prefix scorer without its producer gets one, made from the scorer's own parameters. */
  private @Nullable Plugin prefixProducer() {
    PluginEntry scorer = null;
    for (PluginEntry entry : document.plugins()) {
      if (entry.type().equals(PREFIX_PRODUCER)) {
        return null;
      }
      if (entry.type().equals(PREFIX_SCORER)) {
        scorer = entry;
      }
    }
    return scorer == null
        ? null
        : maker.make(PREFIX_PRODUCER, scorer.path() + ".parameters", scorer.parameters());
  }

  /** Whether the plugin was listed but could not be made, which has been told already. */
  private boolean failed(String name) {
    return document.names().contains(name);
  }

  private void problem(Reference reference, String message) {
    problems.add(new Problem(reference.path(), message));
  }

  /** Makes a built-in plugin; what is wrong with its parameters becomes a problem. */
  interface Maker {
    Plugin make(String type, String path, Map<String, ? extends @Nullable Object> parameters);
  }
}
