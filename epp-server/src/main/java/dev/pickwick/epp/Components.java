package dev.pickwick.epp;

import dev.pickwick.epp.StopSequence.Step;
import dev.pickwick.epp.config.ConfigLoader;
import dev.pickwick.epp.config.ConfigResult;
import dev.pickwick.epp.config.ServerPlugin.MetricsExtractor;
import dev.pickwick.epp.config.ServerPlugin.MetricsSource;
import dev.pickwick.epp.endpointsfile.EndpointsFile;
import dev.pickwick.epp.endpointsfile.InvalidEndpointsFileException;
import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.kubernetes.KubernetesAccess;
import dev.pickwick.epp.kubernetes.PoolWatch;
import dev.pickwick.epp.kubernetes.PoolWatchOptions;
import dev.pickwick.epp.parser.OpenAiParser;
import dev.pickwick.epp.parser.PassthroughParser;
import dev.pickwick.epp.parser.RequestParser;
import dev.pickwick.epp.serving.HealthService;
import dev.pickwick.epp.serving.MetricsServer;
import dev.pickwick.epp.serving.PickerMetrics;
import dev.pickwick.epp.serving.PoolGauges;
import dev.pickwick.epp.serving.ServerCertificate;
import dev.pickwick.epp.stream.BodyBudget;
import dev.pickwick.epp.stream.ExtProcOptions;
import dev.pickwick.epp.stream.ExtProcServer;
import dev.pickwick.epp.stream.MemoryLimit;
import dev.pickwick.epp.stream.StreamServices;
import dev.pickwick.scheduler.Scheduler;
import dev.pickwick.scheduler.SchedulerOptions;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prefix.ApproximatePrefixProducer;
import dev.pickwick.scheduler.spi.DataProducer;
import dev.pickwick.scraper.Scraper;
import dev.pickwick.scraper.ScraperOptions;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One whole picker: wires its parts by the flags, starts them and stops them, each in its order.
 *
 * <pre>
 *   pool or file ──► EndpointStore ◄── Scraper
 *                         │
 *   gateway ──► ExtProcServer ──► Scheduler        health, metrics page
 * </pre>
 */
public final class Components {
  private static final Logger LOG = System.getLogger(Components.class.getName());
  private static final LongSupplier NANOS = System::nanoTime;

  private final Flags flags;
  private final StopSequence stops = new StopSequence();
  private final EndpointStore endpoints = new EndpointStore(NANOS);
  private final PickerMetrics metrics = new PickerMetrics();
  private int grpcPort;
  private int healthPort;
  private int metricsPort;
  private volatile boolean stopping;

  private Components(Flags flags) {
    this.flags = flags;
  }

  /**
   * Starts a picker.
   *
   * @throws StartFailure when a part cannot start; what had been started is stopped again
   */
  public static Components start(Flags flags) throws StartFailure {
    Components components = new Components(flags);
    try {
      components.startAll();
      return components;
    } catch (StartFailure | RuntimeException e) {
      components.stop(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Checks a configuration document without starting anything.
   *
   * @param text YAML or JSON; blank: the default document
   */
  public static ConfigResult validate(String text) {
    MetricsSource source = new MetricsSource("http", "/metrics", true);
    return new ConfigLoader(new Surroundings(new EndpointStore(NANOS), NANOS), source).load(text);
  }

  /** The ext_proc port in use. */
  public int grpcPort() {
    return grpcPort;
  }

  /** The gRPC health port in use. */
  public int healthPort() {
    return healthPort;
  }

  /** The port of the metrics page in use. */
  public int metricsPort() {
    return metricsPort;
  }

  /** The endpoints that can be picked now. */
  public EndpointStore endpoints() {
    return endpoints;
  }

  /**
   * Stops everything: health says so first, then running requests end, then the rest.
   *
   * @param grace how long running requests may take to end
   */
  public void stop(Duration grace) {
    stops.run(grace);
  }

  private void startAll() throws StartFailure {
    ConfigResult.Loaded config = config();
    Scheduler scheduler =
        new Scheduler(
            endpoints,
            new SchedulerOptions(flags.countUnscraped(), flags.ignoreSubsetHint()),
            NANOS,
            metrics);
    scheduler.install(config.pipeline());
    // The key takes a while to make; nothing else waits for it before the server does.
    ServerCredentials credentials = credentials();
    startGauges(config);
    startScraper(config);
    startServer(scheduler, parser(config), credentials);
    startHealth(startEndpoints());
    startMetricsPage();
  }

  private ConfigResult.Loaded config() throws StartFailure {
    MetricsSource source =
        new MetricsSource(
            flags.scrapeScheme().orElse("http"),
            flags.scrapePath().orElse("/metrics"),
            flags.scrapeSkipVerify().orElse(true));
    ConfigLoader loader = new ConfigLoader(new Surroundings(endpoints, NANOS), source);
    return switch (loader.load(configText())) {
      case ConfigResult.Loaded loaded -> {
        loaded.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        yield loaded;
      }
      case ConfigResult.Broken broken ->
          throw new StartFailure("failed to load the configuration:\n" + broken.text());
    };
  }

  private String configText() throws StartFailure {
    if (flags.configFile().isEmpty()) {
      return flags.configText().orElse("");
    }
    Path file = flags.configFile().get();
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartFailure("failed to load config from a file '" + file + "' - " + e, e);
    }
  }

  private ServerCredentials credentials() throws StartFailure {
    if (!flags.secureServing()) {
      return InsecureServerCredentials.create();
    }
    if (flags.certPath().isEmpty()) {
      return ServerCertificate.selfSigned(Instant.now());
    }
    try {
      return ServerCertificate.fromDirectory(flags.certPath().get());
    } catch (IllegalArgumentException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static RequestParser parser(ConfigResult.Loaded config) {
    return config.parser().type().equals("passthrough-parser")
        ? new PassthroughParser()
        : new OpenAiParser();
  }

  private void startGauges(ConfigResult.Loaded config) {
    for (DataProducer producer : config.pipeline().producers()) {
      if (producer instanceof ApproximatePrefixProducer prefixes) {
        metrics.gauge(
            "inference_extension_prefix_indexer_size",
            "[ALPHA] pairs of endpoint and prompt block that are remembered",
            prefixes::indexedBlocks);
      }
    }
    metrics.gauge(
        "pickwick_requests_in_flight", "requests charged to endpoints", endpoints::inFlight);
    PoolGauges gauges =
        new PoolGauges(
            metrics.registry(), flags.poolName(), endpoints, flags.stalenessThreshold(), NANOS);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pool-gauges").factory());
    stops.add(Step.RELEASE, _ -> timer.shutdownNow());
    long period = flags.poolGaugeInterval().toNanos();
    var _ = timer.scheduleAtFixedRate(gauges::refresh, period, period, TimeUnit.NANOSECONDS);
  }

  private void startScraper(ConfigResult.Loaded config) {
    MetricsSource source = config.source();
    MetricsExtractor extractor = config.extractor();
    ScraperOptions options =
        ScraperOptions.DEFAULTS
            .withInterval(flags.scrapeInterval())
            .withPage(source.scheme(), source.path(), source.insecureSkipVerify())
            .withEngines(extractor.engines(), extractor.engineLabel(), extractor.defaultEngine());
    Scraper scraper = new Scraper(options, endpoints, NANOS, metrics);
    stops.add(Step.RELEASE, _ -> scraper.close());
    scraper.start();
  }

  private void startServer(Scheduler scheduler, RequestParser parser, ServerCredentials credentials)
      throws StartFailure {
    long bound =
        flags.maxBodyBytesInFlight() > 0
            ? flags.maxBodyBytesInFlight()
            : MemoryLimit.defaultBodyBytes();
    BodyBudget budget = new BodyBudget(bound, NANOS);
    metrics.gauge(
        "pickwick_body_bytes_held", "bytes of bodies held, with their windows", budget::used);
    metrics.gauge("pickwick_body_bytes_bound", "bound of all held bodies, in bytes", budget::bound);
    StreamServices services =
        new StreamServices(
            endpoints,
            scheduler,
            () -> parser,
            budget,
            metrics,
            flags.maxRequestBodyBytes(),
            NANOS);
    ExtProcServer server =
        new ExtProcServer(
            ExtProcOptions.of(new InetSocketAddress(flags.grpcPort()), credentials),
            services,
            List.of());
    stops.add(Step.DRAIN, server::shutdown);
    try {
      server.start();
    } catch (IOException e) {
      throw new StartFailure("grpc-port " + flags.grpcPort() + ": " + e.getMessage(), e);
    }
    grpcPort = server.port();
    LOG.log(
        Level.INFO,
        "ext_proc on port {0}, {1}",
        port(grpcPort),
        flags.secureServing() ? "TLS" : "plaintext");
  }

  /** Returns what tells whether the pool is known. */
  private BooleanSupplier startEndpoints() throws StartFailure {
    if (flags.endpointsFile().isPresent()) {
      EndpointsFile file =
          new EndpointsFile(flags.endpointsFile().get(), flags.scrapePort(), endpoints);
      stops.add(Step.RELEASE, _ -> file.close());
      try {
        file.start();
      } catch (InvalidEndpointsFileException e) {
        throw new StartFailure(String.valueOf(e.getMessage()), e);
      }
      return () -> true;
    }
    KubernetesAccess access;
    try {
      access = KubernetesAccess.autoconfigured();
    } catch (IllegalArgumentException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
    stops.add(Step.RELEASE, _ -> access.close());
    PoolWatch watch =
        new PoolWatch(
            access,
            new PoolWatchOptions(flags.poolNamespace(), flags.poolName(), flags.scrapePort()),
            endpoints,
            known ->
                LOG.log(
                    Level.INFO,
                    "pool {0}/{1} is {2}",
                    flags.poolNamespace(),
                    flags.poolName(),
                    known ? "known" : "gone"));
    stops.add(Step.RELEASE, _ -> watch.close());
    watch.start();
    return watch::isPoolKnown;
  }

  private void startHealth(BooleanSupplier poolKnown) throws StartFailure {
    Server server =
        NettyServerBuilder.forPort(flags.healthPort())
            .directExecutor()
            .addService(new HealthService(() -> !stopping && poolKnown.getAsBoolean()))
            .build();
    stops.add(Step.ANNOUNCE, _ -> stopping = true);
    stops.add(Step.WITHDRAW, _ -> server.shutdownNow());
    try {
      server.start();
    } catch (IOException e) {
      throw new StartFailure("grpc-health-port " + flags.healthPort() + ": " + e.getMessage(), e);
    }
    healthPort = server.getPort();
    LOG.log(Level.INFO, "gRPC health on port {0}", port(healthPort));
  }

  private void startMetricsPage() throws StartFailure {
    try {
      MetricsServer page =
          new MetricsServer(flags.metricsPort(), flags.metricsOpen(), metrics::page);
      stops.add(Step.WITHDRAW, _ -> page.close());
      metricsPort = page.port();
    } catch (IOException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
    LOG.log(
        Level.INFO,
        "metrics page on port {0}, {1}",
        port(metricsPort),
        flags.metricsOpen() ? "open to all" : "loopback only");
  }

  /** As text, or the log would group its digits. */
  private static String port(int number) {
    return Integer.toString(number);
  }
}
