package dev.pickwick.epp.kubernetes;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** The scenarios with the programs in {@code KUBEBUILDER_ASSETS}. */
class RealApiServerTest extends ApiServerScenarios {

  @Override
  Cluster start() {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null || !Files.isExecutable(Path.of(assets, "kube-apiserver"))) {
      String reason =
          "KUBEBUILDER_ASSETS: "
              + assets
              + " (expected: a directory that holds etcd and kube-apiserver)";
      if ("1".equals(System.getenv("PICKWICK_REQUIRE_KUBE"))) {
        fail(reason);
      }
      abort(reason);
    }
    return new ApiServerProcesses(Path.of(assets));
  }
}
