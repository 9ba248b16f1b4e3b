package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;

/**
 * The pods that carry one selector's labels, kept up to date until closed.
 *
 * <p>The API server selects: pods of others in the namespace never arrive.
 */
final class PodWatch implements AutoCloseable {

  /** Hears of changes, on threads of the client. */
  interface Listener {

    /** A list is complete, the first one or one after a gap. */
    void listed(PodWatch watch);

    /** A pod has come, changed or gone. */
    void changed(PodWatch watch);
  }

  private static final ResourceDefinitionContext PODS =
      new ResourceDefinitionContext.Builder()
          .withVersion("v1")
          .withKind("Pod")
          .withPlural("pods")
          .withNamespaced(true)
          .build();

  private final Map<String, String> selector;
  private final TrimmedPods pods = new TrimmedPods();
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final WatchLog log;

  PodWatch(
      KubernetesClient client, String namespace, Map<String, String> selector, Listener listener) {
    this.selector = selector;
    log =
        new WatchLog(
            "pods %s in namespace %s".formatted(selector, namespace),
            "pods",
            namespace,
            client.getMasterUrl().toString());
    informer =
        client
            .genericKubernetesResources(PODS)
            .inNamespace(namespace)
            .withLabels(selector)
            .runnableInformer(0)
            .itemStore(pods)
            .removeNamespaceIndex()
            .addEventHandler(new Events(listener))
            .exceptionHandler(
                (started, failure) -> {
                  log.failed(failure);
                  return true;
                });
  }

  void start() {
    var _ = informer.start();
  }

  Map<String, String> selector() {
    return selector;
  }

  /** The pods as they are now; empty before the first list. */
  List<TrimmedPod> pods() {
    return pods.pods();
  }

  boolean isWatching() {
    return informer.isWatching();
  }

  WatchLog log() {
    return log;
  }

  @Override
  public void close() {
    informer.stop();
  }

  private final class Events implements ResourceEventHandler<GenericKubernetesResource> {

    private final Listener listener;

    Events(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
      listener.listed(PodWatch.this);
    }

    @Override
    public void onAdd(GenericKubernetesResource pod) {
      listener.changed(PodWatch.this);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource pod) {
      listener.changed(PodWatch.this);
    }

    @Override
    public void onDelete(GenericKubernetesResource pod, boolean unseen) {
      listener.changed(PodWatch.this);
    }
  }
}
