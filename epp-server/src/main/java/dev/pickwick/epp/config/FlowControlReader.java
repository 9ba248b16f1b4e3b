package dev.pickwick.epp.config;

import dev.pickwick.epp.flags.GoDuration;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the section {@code flowControl} as if it were in effect, so that a document that is usable
 * today stays usable when it is.
 */
final class FlowControlReader {
  private FlowControlReader() {}

  /** Reads the section and drops it; what is wrong with it becomes a problem. */
  static void check(Section section) {
    quantities(section);
    String ttl = section.text("defaultRequestTTL");
    if (!ttl.isEmpty()) {
      ttl(section, ttl);
    }
    Section template = section.section("defaultPriorityBand");
    if (template != null) {
      band(template);
    }
    Set<Double> priorities = new HashSet<>();
    for (Section band : section.sections("priorityBands")) {
      double priority = band(band);
      if (!priorities.add(priority)) {
        band.problem("priority", "duplicate priority level " + (long) priority);
      }
    }
    section.text("usageLimitPolicyPluginRef");
    section.end();
  }

  private static void ttl(Section section, String text) {
    try {
      if (GoDuration.parse(text).isNegative()) {
        section.problem("defaultRequestTTL", "\"" + text + "\" (expected: >= 0)");
      }
    } catch (IllegalArgumentException e) {
      section.problem("defaultRequestTTL", String.valueOf(e.getMessage()));
    }
  }

  private static double band(Section band) {
    double priority = band.number("priority", 0);
    if (priority != Math.rint(priority)) {
      band.problem("priority", priority + " (expected: a whole number)");
    }
    quantities(band);
    band.text("fairnessPolicyRef");
    band.text("orderingPolicyRef");
    band.end();
    return priority;
  }

  private static void quantities(Section section) {
    section.quantity("maxBytes");
    section.quantity("maxRequests");
  }
}
