package dev.pickwick.epp.kubernetes;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
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

  /** Server-side ends of a watch are mended in less than this; longer ones are worth a word. */
  private static final int MISSED_CHECKS_BEFORE_LOST = 3;

  private final KubernetesClient client;
  private final PoolWatchOptions options;
  private final EndpointStore store;
  private final PoolListener listener;
  private final SharedIndexInformer<GenericKubernetesResource> pool;
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
  private int missedByPool;
  private int missedByPods;

  /** A watch that is not yet started; {@code access} stays the caller's to close. */
  public PoolWatch(
      KubernetesAccess access,
      PoolWatchOptions options,
      EndpointStore store,
      PoolListener listener) {
    this.client = access.client();
    this.options = options;
    this.store = store;
    this.listener = listener;
    poolLog =
        new WatchLog(
            "InferencePool " + options,
            "inferencepools." + GROUP,
            options.namespace(),
            client.getMasterUrl().toString());
    pool =
        client
            .genericKubernetesResources(POOLS)
            .inNamespace(options.namespace())
            .withName(options.pool())
            .runnableInformer(0)
            .addEventHandler(new PoolEvents())
            .exceptionHandler(
                (started, failure) -> {
                  poolLog.failed(failure);
                  return true;
                });
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pool-watch").factory(), new DiscardPolicy());
  }

  /** Begins to watch, and returns at once. */
  public void start() {
    var _ = thread.scheduleWithFixedDelay(guarded(this::checkWatches), 1, 1, TimeUnit.SECONDS);
    var _ = pool.start();
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
    pool.stop();
    close(current);
    close(next);
  }

  private void poolTold(GenericKubernetesResource told) {
    if (told.getMetadata().getDeletionTimestamp() != null) {
      poolGone();
      return;
    }
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
      close(next);
      next = new PodWatch(client, options.namespace(), spec.selector(), new PodEvents());
      next.start();
    }
  }

  private void poolGone() {
    if (wanted == null) {
      return;
    }
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

  private void poolListed() {
    poolLog.watching();
    if (wanted == null) {
      LOG.log(
          Level.WARNING,
          "InferencePool {0}: not found; waiting for it (expected: an InferencePool of this name)",
          options);
    }
  }

  private void podsListed(PodWatch watch) {
    watch.log().watching();
    if (watch == next) {
      close(current);
      current = next;
      next = null;
      applied = wanted;
      publish();
      setKnown(true);
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

  private void checkWatches() {
    missedByPool = check(poolLog, pool.isWatching(), missedByPool);
    if (current != null) {
      missedByPods = check(current.log(), current.isWatching(), missedByPods);
    }
  }

  private static int check(WatchLog log, boolean watching, int missed) {
    if (watching) {
      log.watching();
      return 0;
    }
    if (missed + 1 == MISSED_CHECKS_BEFORE_LOST) {
      log.lost();
    }
    return missed + 1;
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

  private final class PoolEvents implements ResourceEventHandler<GenericKubernetesResource> {

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      soon(PoolWatch.this::poolListed);
    }

    @Override
    public void onAdd(GenericKubernetesResource told) {
      soon(() -> poolTold(told));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource told) {
      soon(() -> poolTold(told));
    }

    @Override
    public void onDelete(GenericKubernetesResource told, boolean unseen) {
      soon(PoolWatch.this::poolGone);
    }
  }

  private final class PodEvents implements PodWatch.Listener {

    @Override
    public void listed(PodWatch watch) {
      soon(() -> podsListed(watch));
    }

    /** A burst of changes, such as a list, is published once. */
    @Override
    public void changed(PodWatch watch) {
      if (publishDue.compareAndSet(false, true)) {
        soon(PoolWatch.this::publish);
      }
    }
  }
}
