package dev.pickwick.epp.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** A k3s in a container; it goes away by being frozen. */
final class K3sCluster implements Cluster {

  private final K3sContainer container =
      new K3sContainer(DockerImageName.parse("rancher/k3s:v1.34.1-k3s1"));

  K3sCluster() {
    container.start();
  }

  @Override
  public Config config() {
    Config config = Config.fromKubeconfig(container.getKubeConfigYaml());
    config.setRequestRetryBackoffLimit(0);
    config.setWatchReconnectInterval(100);
    return config;
  }

  @Override
  public void goAway() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void comeBack() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
    await().atMost(Duration.ofMinutes(1)).until(this::isReady);
  }

  private boolean isReady() {
    try (var access = new KubernetesAccess(config())) {
      return "ok".equals(access.client().raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  @Override
  public void close() {
    container.stop();
  }
}
