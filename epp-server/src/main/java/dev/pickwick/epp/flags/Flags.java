package dev.pickwick.epp.flags;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The values of the command line.
 *
 * @param poolName name of the pool; empty with an endpoints file
 * @param poolNamespace resolved: the flag, else {@code NAMESPACE}, else {@code default}
 * @param poolGroup API group by which other objects name the pool; without effect yet
 * @param endpointsFile where endpoints come from outside Kubernetes
 * @param configFile where the configuration document is
 * @param configText the configuration document itself; never together with {@code configFile}
 * @param grpcPort ext_proc port; 0: any free one
 * @param healthPort gRPC health port; 0: any free one
 * @param metricsPort HTTP port of the metrics page; 0: any free one
 * @param secureServing TLS on the ext_proc port
 * @param certPath directory with {@code tls.crt} and {@code tls.key}
 * @param metricsOpen whether the metrics page listens on every address without authentication
 * @param scrapeInterval time between two scrapes of a busy endpoint, > 0
 * @param poolGaugeInterval time between two refreshes of the pool gauges, > 0
 * @param stalenessThreshold age after which metrics no longer count as fresh, >= 0
 * @param scrapeScheme {@code http} or {@code https} where the flag was set
 * @param scrapePath path of metrics pages where the flag was set
 * @param scrapePort port of metrics pages; 0: the endpoint's own
 * @param scrapeSkipVerify whether any certificate of a metrics page is accepted, where the flag was
 *     set
 * @param ignoreSubsetHint whether the gateway's subset hint is ignored
 * @param countUnscraped whether a picked request counts as waiting until a scrape can have seen it
 * @param maxRequestBodyBytes largest request body, in bytes, > 0
 * @param maxBodyBytesInFlight bound of all held bodies, in bytes; 0: derived from the memory limit
 * @param verbosity 0 to 3 info, 4 debug, 5 and above trace
 */
public record Flags(
    String poolName,
    String poolNamespace,
    String poolGroup,
    Optional<Path> endpointsFile,
    Optional<Path> configFile,
    Optional<String> configText,
    int grpcPort,
    int healthPort,
    int metricsPort,
    boolean secureServing,
    Optional<Path> certPath,
    boolean metricsOpen,
    Duration scrapeInterval,
    Duration poolGaugeInterval,
    Duration stalenessThreshold,
    Optional<String> scrapeScheme,
    Optional<String> scrapePath,
    int scrapePort,
    Optional<Boolean> scrapeSkipVerify,
    boolean ignoreSubsetHint,
    boolean countUnscraped,
    long maxRequestBodyBytes,
    long maxBodyBytesInFlight,
    int verbosity) {

  private static final Duration DEFAULT_SCRAPE_INTERVAL = Duration.ofMillis(50);
  private static final Duration DEFAULT_GAUGE_INTERVAL = Duration.ofSeconds(5);

  /**
   * Reads a command line.
   *
   * @param args the arguments after the command's name
   * @param environment the process environment
   */
  public static FlagsResult parse(String[] args, Map<String, String> environment) {
    return new FlagParser(args).parse(environment);
  }

  static Flags of(FlagValues values, Map<String, String> environment) {
    Duration scrape = values.duration("refresh-metrics-interval");
    Duration gauges = values.duration("refresh-prometheus-metrics-interval");
    String namespace = values.text("pool-namespace");
    if (namespace.isEmpty()) {
      namespace = environment.getOrDefault("NAMESPACE", "");
    }
    return new Flags(
        values.text("pool-name"),
        namespace.isEmpty() ? "default" : namespace,
        values.text("pool-group"),
        values.path("endpoints-file"),
        values.path("config-file"),
        values.given("config-text", values.text("config-text")).filter(text -> !text.isEmpty()),
        values.integer("grpc-port"),
        values.integer("grpc-health-port"),
        values.integer("metrics-port"),
        values.bool("secure-serving"),
        values.path("cert-path"),
        !values.bool("metrics-endpoint-auth"),
        scrape.isPositive() ? scrape : DEFAULT_SCRAPE_INTERVAL,
        gauges.isPositive() ? gauges : DEFAULT_GAUGE_INTERVAL,
        values.duration("metrics-staleness-threshold"),
        values.given("model-server-metrics-scheme", values.text("model-server-metrics-scheme")),
        values.given("model-server-metrics-path", values.text("model-server-metrics-path")),
        values.integer("model-server-metrics-port"),
        values.given(
            "model-server-metrics-https-insecure-skip-verify",
            values.bool("model-server-metrics-https-insecure-skip-verify")),
        values.bool("disable-endpoint-subset-filter"),
        values.bool("count-unscraped-requests"),
        values.bytes("max-request-body-bytes"),
        values.bytes("max-body-bytes-in-flight"),
        values.integer("v"));
  }
}
