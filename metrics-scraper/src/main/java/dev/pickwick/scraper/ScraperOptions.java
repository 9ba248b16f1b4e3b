package dev.pickwick.scraper;

import dev.pickwick.scraper.page.EngineMapping;
import java.time.Duration;
import java.util.Map;

/**
 * How endpoints are scraped.
 *
 * @param interval time between two scrapes of a busy endpoint
 * @param maxInterval time between two scrapes of an idle or failing endpoint; half the staleness
 *     threshold (2 s) is a good value, since a pod that dies while idle is noticed after two of
 *     these
 * @param scheme {@code http} or {@code https}
 * @param path where the page is; a URL path without query, not percent-encoded
 * @param insecureSkipVerify whether any server certificate is good
 * @param timeout longest time for one scrape, connecting included
 * @param maxBytes largest page, in bytes
 * @param engines how each engine publishes its numbers, by name
 * @param engineLabel label of an endpoint that names its engine
 * @param defaultEngine engine of endpoints that name none or an unknown one
 * @param tryNameFilter whether to try asking for the wanted families only
 */
public record ScraperOptions(
    Duration interval,
    Duration maxInterval,
    String scheme,
    String path,
    boolean insecureSkipVerify,
    Duration timeout,
    int maxBytes,
    Map<String, EngineMapping> engines,
    String engineLabel,
    String defaultEngine,
    boolean tryNameFilter) {

  /** The reference's defaults, with every built-in engine. */
  public static final ScraperOptions DEFAULTS =
      new ScraperOptions(
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          "http",
          "/metrics",
          true,
          Duration.ofSeconds(1),
          8 * 1024 * 1024,
          EngineMapping.builtIns(),
          "inference.networking.k8s.io/engine-type",
          EngineMapping.VLLM,
          true);

  /** Checks every value; an interval of zero or less means the default. */
  public ScraperOptions {
    if (!interval.isPositive()) {
      interval = Duration.ofMillis(50);
    }
    if (maxInterval.compareTo(interval) < 0) {
      maxInterval = interval;
    }
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("scheme: " + scheme + " (expected: http or https)");
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
    }
    engines = Map.copyOf(engines);
    if (!engines.containsKey(defaultEngine)) {
      throw new IllegalArgumentException(
          "defaultEngine: " + defaultEngine + " (expected: one of " + engines.keySet() + ")");
    }
  }

  /** The same with another interval for busy endpoints. */
  public ScraperOptions withInterval(Duration interval) {
    return with(interval, maxInterval, scheme, path, insecureSkipVerify);
  }

  /** The same with another interval for idle and failing endpoints. */
  public ScraperOptions withMaxInterval(Duration maxInterval) {
    return with(interval, maxInterval, scheme, path, insecureSkipVerify);
  }

  /** The same with the page elsewhere. */
  public ScraperOptions withPage(String scheme, String path, boolean insecureSkipVerify) {
    return with(interval, maxInterval, scheme, path, insecureSkipVerify);
  }

  /** The same with bounds of its own. */
  public ScraperOptions withLimits(Duration timeout, int maxBytes) {
    return new ScraperOptions(
        interval,
        maxInterval,
        scheme,
        path,
        insecureSkipVerify,
        timeout,
        maxBytes,
        engines,
        engineLabel,
        defaultEngine,
        tryNameFilter);
  }

  /** The same with other engines, told apart by another label. */
  public ScraperOptions withEngines(
      Map<String, EngineMapping> engines, String engineLabel, String defaultEngine) {
    return new ScraperOptions(
        interval,
        maxInterval,
        scheme,
        path,
        insecureSkipVerify,
        timeout,
        maxBytes,
        engines,
        engineLabel,
        defaultEngine,
        tryNameFilter);
  }

  /** The same, always asking for whole pages. */
  public ScraperOptions withoutNameFilter() {
    return new ScraperOptions(
        interval,
        maxInterval,
        scheme,
        path,
        insecureSkipVerify,
        timeout,
        maxBytes,
        engines,
        engineLabel,
        defaultEngine,
        false);
  }

  private ScraperOptions with(
      Duration interval,
      Duration maxInterval,
      String scheme,
      String path,
      boolean insecureSkipVerify) {
    return new ScraperOptions(
        interval,
        maxInterval,
        scheme,
        path,
        insecureSkipVerify,
        timeout,
        maxBytes,
        engines,
        engineLabel,
        defaultEngine,
        tryNameFilter);
  }
}
