package dev.pickwick.epp.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store that keeps the trimmed pods alone.
 *
 * <p>What the informer reads back is the bare shell it compares by: names and resource version.
 */
final class TrimmedPods implements ItemStore<GenericKubernetesResource> {

  private record Kept(String namespace, String resourceVersion, TrimmedPod pod) {

    GenericKubernetesResource shell() {
      var shell = new GenericKubernetesResource();
      shell.setApiVersion("v1");
      shell.setKind("Pod");
      shell.setMetadata(
          new ObjectMetaBuilder()
              .withNamespace(namespace)
              .withName(pod.name())
              .withResourceVersion(resourceVersion)
              .build());
      return shell;
    }
  }

  private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();

  /** The pods as they are now. */
  List<TrimmedPod> pods() {
    return kept.values().stream().map(Kept::pod).toList();
  }

  @Override
  public String getKey(GenericKubernetesResource pod) {
    return Cache.metaNamespaceKeyFunc(pod);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource pod) {
    var metadata = pod.getMetadata();
    return shell(
        kept.put(
            key,
            new Kept(metadata.getNamespace(), metadata.getResourceVersion(), TrimmedPod.of(pod))));
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    return shell(kept.remove(key));
  }

  @Override
  public Stream<String> keySet() {
    return kept.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return kept.values().stream().map(Kept::shell);
  }

  @Override
  public int size() {
    return kept.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return shell(kept.get(key));
  }

  /** Tells the informer not to hold its first pods back for events that carry them whole. */
  @Override
  public boolean isFullState() {
    return false;
  }

  private static @Nullable GenericKubernetesResource shell(@Nullable Kept kept) {
    return kept == null ? null : kept.shell();
  }
}
