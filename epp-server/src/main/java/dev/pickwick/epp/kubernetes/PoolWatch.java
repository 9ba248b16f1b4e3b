package dev.pickwick.epp.kubernetes;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Follows one InferencePool and its pods, and keeps an {@link EndpointStore} equal to them.
 *
 * <p>What the API server tells comes in on the client's threads and is handed to one thread of the
 * watch's own, which alone touches the state below and publishes. While the server is away the last
 * known endpoints stay.
 */
public final class PoolWatch implements AutoCloseable {

  private static final Logger LOG = System.getLogger(PoolWatch.class.getName());

  private static final String GROUP = "inference.networking.k8s.io";
  private static final ResourceDefinitionContext POOLS =
      new ResourceDefinitionContext.Builder()
          .withGroup(GROUP)
          .withVersion("v1")
          .withKind("InferencePool")
          .withPlural("inferencepools")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final PoolWatchOptions options;
  private final EndpointStore store;
  private final Duration checkPeriod;
  private final PoolListener listener;
  private final WatchLog poolLog;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicBoolean publishDue = new AtomicBoolean();
  private volatile boolean known;

  /** The pool's spec as last told; null while there is no pool. */
  private @Nullable PoolSpec wanted;

  /** The spec whose endpoints are published; behind {@link #wanted} while {@link #next} lists. */
  private @Nullable PoolSpec applied;

  private @Nullable PodWatch current;
  private @Nullable PodWatch next;
  private @Nullable PoolInformer pool;

  /** A watch that is not yet started; {@code access} stays the caller's to close. */
  public PoolWatch(
      KubernetesAccess access,
      PoolWatchOptions options,
      EndpointStore store,
      PoolListener listener) {
    this(access, options, store, listener, Duration.ofSeconds(1));
  }

  PoolWatch(
      KubernetesAccess access,
      PoolWatchOptions options,
      EndpointStore store,
      PoolListener listener,
      Duration checkPeriod) {
    this.client = access.client();
    this.options = options;
    this.checkPeriod = checkPeriod;
    this.store = store;
    this.listener = listener;
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pool-watch").factory(), new DiscardPolicy());
    poolLog =
        new WatchLog(
            "InferencePool " + options,
            "inferencepools." + GROUP,
            options.namespace(),
            client.getMasterUrl().toString());
  }

  /** Begins to watch, and returns at once. */
  public void start() {
    soon(this::watchPool);
    long period = checkPeriod.toMillis();
    var _ =
        thread.scheduleWithFixedDelay(guarded(this::check), period, period, TimeUnit.MILLISECONDS);
  }

  /** Whether the pool exists and its pods have been listed once. */
  public boolean isPoolKnown() {
    return known;
  }

  /** Stops watching. The endpoints stay as they were last known. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      boolean ended = thread.awaitTermination(5, TimeUnit.SECONDS);
      if (!ended) {
        LOG.log(
            Level.WARNING, "InferencePool {0}: the watch''s thread did not end in 5 s", options);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(pool);
    close(current);
    close(next);
  }

  private void watchPool() {
    close(pool);
    pool = new PoolInformer();
    pool.watch.start();
  }

  /** Takes the pool as it now is: what happened in between does not matter. */
  private void poolChanged(PoolInformer by, boolean listed) {
    if (by != pool) {
      return;
    }
    GenericKubernetesResource told = by.pool();
    if (told != null && told.getMetadata().getDeletionTimestamp() == null) {
      poolTold(told);
    } else if (wanted != null) {
      poolGone();
    } else if (listed) {
      LOG.log(
          Level.WARNING,
          "InferencePool {0}: not found; waiting for it (expected: an InferencePool of this name)",
          options);
    }
  }

  private void poolTold(GenericKubernetesResource told) {
    PoolSpec spec = PoolSpec.of(told).orElse(null);
    if (spec == null) {
      LOG.log(
          Level.WARNING,
          "InferencePool {0}: spec cannot be used, the one before stays (expected:"
              + " selector.matchLabels and targetPorts[].number)",
          options);
      return;
    }
    if (spec.equals(wanted)) {
      return;
    }
    LOG.log(
        Level.INFO,
        "InferencePool {0}: selector {1}, target ports {2}",
        options,
        spec.selector(),
        spec.targetPorts().toString());
    wanted = spec;
    if (current != null && current.selector().equals(spec.selector())) {
      close(next);
      next = null;
      applied = spec;
      publish();
    } else if (next == null || !next.selector().equals(spec.selector())) {
      watchPods(spec.selector(), PodWatch.newLog(client, options.namespace(), spec.selector()));
    }
  }

  /** Lists the pods anew; the endpoints stay as they are until that is done. */
  private void watchPods(Map<String, String> selector, WatchLog log) {
    close(next);
    next =
        new PodWatch(
            client,
            options.namespace(),
            selector,
            log,
            watch -> soon(() -> podsListed(watch)),
            this::podsChanged);
    next.start();
  }

  private void poolGone() {
    LOG.log(Level.INFO, "InferencePool {0}: deleted; it has no endpoints now", options);
    close(current);
    close(next);
    current = null;
    next = null;
    wanted = null;
    applied = null;
    setKnown(false);
    store.replace(List.of());
  }

  private void podsListed(PodWatch watch) {
    if (watch == next) {
      close(current);
      current = next;
      next = null;
      applied = wanted;
      publish();
      setKnown(true);
    }
  }

  /** A burst of changes, such as a list, is published once. */
  private void podsChanged() {
    if (publishDue.compareAndSet(false, true)) {
      soon(this::publish);
    }
  }

  private void publish() {
    publishDue.set(false);
    if (current != null && applied != null) {
      store.replace(
          PodEndpoints.of(options.namespace(), applied, current.pods(), options.metricsPort()));
    }
  }

  private void setKnown(boolean now) {
    if (known != now) {
      known = now;
      listener.poolKnown(now);
    }
  }

  private void check() {
    if (pool != null && pool.watch.isStalled()) {
      watchPool();
    }
    if (current != null && current.isStalled() && next == null) {
      watchPods(current.selector(), current.log());
    }
  }

  private void soon(Runnable step) {
    thread.execute(guarded(step));
  }

  private Runnable guarded(Runnable step) {
    return () -> {
      try {
        step.run();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "InferencePool " + options + ": a change could not be applied", e);
      }
    };
  }

  private static void close(@Nullable PodWatch watch) {
    if (watch != null) {
      watch.close();
    }
  }

  private static void close(@Nullable PoolInformer informer) {
    if (informer != null) {
      informer.watch.close();
    }
  }

  /** The watch of the pool's one object; a stalled one makes room for another. */
  private final class PoolInformer implements ObjectWatch.Listener {

    private final SharedIndexInformer<GenericKubernetesResource> informer =
        client
            .genericKubernetesResources(POOLS)
            .inNamespace(options.namespace())
            .withName(options.pool())
            .runnableInformer(0);

    private final ObjectWatch watch = new ObjectWatch(informer, poolLog, this);

    @Nullable GenericKubernetesResource pool() {
      return informer.getStore().list().stream().findFirst().orElse(null);
    }

    @Override
    public void listed() {
      soon(() -> poolChanged(this, /* listed= */ true));
    }

    @Override
    public void changed() {
      soon(() -> poolChanged(this, /* listed= */ false));
    }
  }
}
