package dev.pickwick.epp.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The way to the API server, shared by everything that watches it. */
public final class KubernetesAccess implements AutoCloseable {

  /** Kept, since a level that is set is forgotten with its logger. */
  private static final List<Logger> ATTEMPTS =
      List.of(
          Logger.getLogger("io.fabric8.kubernetes.client.informers.impl.cache.Reflector"),
          Logger.getLogger("io.fabric8.kubernetes.client.dsl.internal.AbstractWatchManager"),
          Logger.getLogger("io.fabric8.kubernetes.client.jdkhttp.JdkWebSocketImpl"));

  static {
    // They print stack traces at every attempt as warnings, some as less; the watches tell the
    // same once per change.
    ATTEMPTS.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  private final KubernetesClient client;

  /**
   * Opens the way to the API server that {@code config} names, in the client's lean form: the JDK's
   * own HTTP client, and no search of the class path for object models.
   */
  KubernetesAccess(Config config) {
    var serialization = new KubernetesSerialization(new ObjectMapper(), false);
    // An unregistered Status would arrive as an unknown object, and "410 Gone" with it unheard.
    serialization.registerKubernetesResource("v1", "Status", Status.class);
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .withKubernetesSerialization(serialization)
            .build();
  }

  /**
   * Opens the way the environment names: {@code KUBECONFIG}, else {@code ~/.kube/config}, else the
   * pod's service account. Nothing is sent yet.
   *
   * @throws IllegalArgumentException when {@code KUBECONFIG} is set and names no existing file
   */
  public static KubernetesAccess autoconfigured() {
    checkKubeconfig(System.getenv("KUBECONFIG"));
    Config config = Config.autoConfigure(null);
    // The watches try again on their own, with pauses and a word about it.
    config.setRequestRetryBackoffLimit(0);
    // Doubled up to 32 times of it: an API server that is back is noticed within 8 s.
    config.setWatchReconnectInterval(250);
    return new KubernetesAccess(config);
  }

  /** Without this check a misspelled path would silently lead to another cluster. */
  static void checkKubeconfig(@Nullable String kubeconfig) {
    if (kubeconfig == null || kubeconfig.isEmpty()) {
      return;
    }
    if (Arrays.stream(kubeconfig.split(File.pathSeparator, -1))
        .noneMatch(file -> Files.isRegularFile(Path.of(file)))) {
      throw new IllegalArgumentException(
          "KUBECONFIG: " + kubeconfig + " (expected: a file that exists)");
    }
  }

  KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
