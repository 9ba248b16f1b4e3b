package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The pods that carry one selector's labels, kept up to date until closed.
 *
 * <p>The API server selects: pods of others in the namespace never arrive.
 */
final class PodWatch implements AutoCloseable {

  private static final ResourceDefinitionContext PODS =
      new ResourceDefinitionContext.Builder()
          .withVersion("v1")
          .withKind("Pod")
          .withPlural("pods")
          .withNamespaced(true)
          .build();

  private final Map<String, String> selector;
  private final TrimmedPods pods = new TrimmedPods();
  private final ObjectWatch watch;

  /**
   * A watch that is not yet started.
   *
   * @param listed hears that a list is complete, on threads of the client
   * @param changed hears that a pod has come, changed or gone, on threads of the client
   */
  PodWatch(
      KubernetesClient client,
      String namespace,
      Map<String, String> selector,
      WatchLog log,
      Consumer<PodWatch> listed,
      Runnable changed) {
    this.selector = selector;
    watch =
        new ObjectWatch(
            client
                .genericKubernetesResources(PODS)
                .inNamespace(namespace)
                .withLabels(selector)
                .runnableInformer(0)
                .itemStore(pods)
                .removeNamespaceIndex(),
            log,
            new ObjectWatch.Listener() {
              @Override
              public void listed() {
                listed.accept(PodWatch.this);
              }

              @Override
              public void changed() {
                changed.run();
              }
            });
  }

  static WatchLog newLog(KubernetesClient client, String namespace, Map<String, String> selector) {
    return new WatchLog(
        "pods %s in namespace %s".formatted(selector, namespace),
        "pods",
        namespace,
        client.getMasterUrl().toString());
  }

  void start() {
    watch.start();
  }

  Map<String, String> selector() {
    return selector;
  }

  /** The pods as they are now; empty before the first list. */
  List<TrimmedPod> pods() {
    return pods.pods();
  }

  WatchLog log() {
    return watch.log();
  }

  /** As {@link ObjectWatch#isStalled}. */
  boolean isStalled() {
    return watch.isStalled();
  }

  @Override
  public void close() {
    watch.close();
  }
}
