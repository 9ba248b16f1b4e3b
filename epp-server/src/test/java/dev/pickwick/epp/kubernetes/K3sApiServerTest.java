package dev.pickwick.epp.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.testcontainers.DockerClientFactory;

/** The scenarios in k3s, where a Docker engine answers. */
class K3sApiServerTest extends ApiServerScenarios {

  @Override
  Cluster start() {
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "Docker: no engine answers (expected: one that can run k3s)");
    return new K3sCluster();
  }
}
