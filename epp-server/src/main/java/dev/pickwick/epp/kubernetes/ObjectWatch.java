package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

/**
 * One informer, looked after: what goes wrong is told, a list that fails is tried again, and a
 * watch that does not come back by itself is noticed.
 */
final class ObjectWatch implements AutoCloseable {

  /** Hears of changes, on threads of the client. */
  interface Listener {

    /** A list is complete, the first one or one after a gap. */
    void listed();

    /** An object has come, changed or gone. */
    void changed();
  }

  /** In checks. Watches that the server ends are mended in less; longer gaps are worth a word. */
  private static final int LOST = 3;

  /**
   * In checks. The client gives up on a connection attempt that hangs after two minutes only, and
   * may fall back to a way of watching that cannot be told from a broken one.
   */
  private static final int STALLED = 10;

  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final WatchLog log;
  private volatile boolean closed;
  private int missed;

  /** Looks after an informer that is not yet started. */
  ObjectWatch(
      SharedIndexInformer<GenericKubernetesResource> informer, WatchLog log, Listener listener) {
    this.informer = informer;
    this.log = log;
    var _ =
        informer
            .addEventHandler(new Events(listener))
            .exceptionHandler(
                (started, failure) -> {
                  if (!closed) {
                    log.failed(failure);
                  }
                  return true;
                });
  }

  void start() {
    var _ = informer.start();
  }

  WatchLog log() {
    return log;
  }

  /**
   * Looks at the watch; to be called about once a second, by one thread.
   *
   * @return whether a new watch had better take its place
   */
  boolean isStalled() {
    if (!informer.hasSynced()) {
      return false;
    }
    if (informer.isWatching()) {
      missed = 0;
      log.watching();
      return false;
    }
    missed++;
    if (missed == LOST) {
      log.lost();
    }
    return missed >= STALLED;
  }

  @Override
  public void close() {
    closed = true;
    informer.stop();
  }

  private final class Events implements ResourceEventHandler<GenericKubernetesResource> {

    private final Listener listener;

    Events(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      if (!closed) {
        log.watching();
        listener.listed();
      }
    }

    @Override
    public void onAdd(GenericKubernetesResource object) {
      listener.changed();
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
      listener.changed();
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean unseen) {
      listener.changed();
    }
  }
}
