package dev.pickwick.epp.flags;

import dev.pickwick.epp.flags.Flag.Effect;
import dev.pickwick.epp.flags.Flag.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every flag there is: the reference's (names, defaults and meanings are its own), then ours. */
final class FlagTable {
  /** The API group in which the InferencePool is read. */
  static final String POOL_GROUP = "inference.networking.k8s.io";

  static final Map<String, Flag> FLAGS = new LinkedHashMap<>();

  static {
    works("grpc-port", Kind.INT, "9002", "ext_proc gRPC port");
    notYet(
        "ha-enable-leader-election", Kind.BOOL, "false", "active/passive operation with a Lease");
    works(
        "pool-group",
        Kind.TEXT,
        POOL_GROUP,
        "group by which objectives name the pool, which itself is always read from the default's");
    works(
        "pool-namespace", Kind.TEXT, "", "namespace of the pool; empty: $NAMESPACE, else default");
    works("pool-name", Kind.TEXT, "", "name of the InferencePool whose pods are chosen from");
    notYet("endpoint-selector", Kind.TEXT, "", "pods by label (key=value,...) instead of a pool");
    notYet(
        "endpoint-target-ports", Kind.PORTS, "", "ports of the pods chosen by --endpoint-selector");
    works("disable-endpoint-subset-filter", Kind.BOOL, "false", "ignore the gateway's subset hint");
    works("model-server-metrics-scheme", Kind.TEXT, "http", "http or https");
    works(
        "model-server-metrics-path",
        Kind.TEXT,
        "/metrics",
        "path of the metrics page of each endpoint");
    works(
        "model-server-metrics-port",
        Kind.INT,
        "0",
        "port of the metrics page; 0: the endpoint's own; only with one target port");
    works(
        "model-server-metrics-https-insecure-skip-verify",
        Kind.BOOL,
        "true",
        "accept any certificate of a metrics page");
    works(
        "refresh-metrics-interval", Kind.DURATION, "50ms", "how often a busy endpoint is scraped");
    works(
        "refresh-prometheus-metrics-interval",
        Kind.DURATION,
        "5s",
        "how often the pool gauges are refreshed");
    works(
        "metrics-staleness-threshold",
        Kind.DURATION,
        "2s",
        "age after which an endpoint's metrics no longer count as fresh");
    notYet(
        "total-queued-requests-metric",
        Kind.TEXT,
        "vllm:num_requests_waiting",
        "use engineConfigs of core-metrics-extractor");
    notYet(
        "total-running-requests-metric",
        Kind.TEXT,
        "vllm:num_requests_running",
        "use engineConfigs of core-metrics-extractor");
    notYet(
        "kv-cache-usage-percentage-metric",
        Kind.TEXT,
        "vllm:kv_cache_usage_perc",
        "use engineConfigs of core-metrics-extractor");
    notYet(
        "lora-info-metric",
        Kind.TEXT,
        "vllm:lora_requests_info",
        "use engineConfigs of core-metrics-extractor");
    notYet(
        "cache-info-metric",
        Kind.TEXT,
        "vllm:cache_config_info",
        "use engineConfigs of core-metrics-extractor");
    works("v", Kind.INT, "2", "log verbosity: up to 3 info, 4 debug, 5 trace (also -v N)");
    none("zap-devel", Kind.BOOL, "true");
    none("zap-encoder", Kind.LOG_ENCODER, "json");
    notYet("zap-log-level", Kind.LOG_LEVEL, "", "overrides -v");
    none("zap-stacktrace-level", Kind.TEXT, "");
    none("zap-time-encoding", Kind.TEXT, "");
    works("tracing", Kind.BOOL, "true", "OpenTelemetry tracing; spans are not exported yet");
    notYet("health-checking", Kind.BOOL, "false", "gRPC health on the ext_proc port as well");
    works("metrics-port", Kind.INT, "9090", "HTTP port of the metrics page");
    works("grpc-health-port", Kind.INT, "9003", "gRPC health port");
    notYet("enable-pprof", Kind.BOOL, "true", "profiles on the metrics port");
    works("cert-path", Kind.TEXT, "", "directory with tls.crt and tls.key; empty: self-signed");
    notYet("enable-cert-reload", Kind.BOOL, "false", "watch --cert-path");
    works("secure-serving", Kind.BOOL, "true", "TLS on the ext_proc port");
    works(
        "metrics-endpoint-auth",
        Kind.BOOL,
        "true",
        "true: the metrics page listens on loopback only; false: on every address, open");
    works("config-file", Kind.TEXT, "", "EndpointPickerConfig file");
    works("config-text", Kind.TEXT, "", "the same document inline");

    works(
        "endpoints-file",
        Kind.TEXT,
        "",
        "YAML list of endpoints: runs without Kubernetes; watched");
    works(
        "max-request-body-bytes", Kind.BYTES, "33554432", "larger request bodies are answered 413");
    works(
        "max-body-bytes-in-flight",
        Kind.BYTES,
        "0",
        "bound of all held bodies together; 0: a quarter of the memory limit");
    works(
        "count-unscraped-requests",
        Kind.BOOL,
        "true",
        "a picked request counts as waiting until a scrape can have seen it");
  }

  private FlagTable() {}

  private static void works(String name, Kind kind, String defaultText, String help) {
    FLAGS.put(name, new Flag(name, kind, defaultText, Effect.WORKS, help));
  }

  private static void notYet(String name, Kind kind, String defaultText, String help) {
    FLAGS.put(name, new Flag(name, kind, defaultText, Effect.NOT_YET, help));
  }

  private static void none(String name, Kind kind, String defaultText) {
    FLAGS.put(name, new Flag(name, kind, defaultText, Effect.NONE, "accepted, without effect"));
  }
}
