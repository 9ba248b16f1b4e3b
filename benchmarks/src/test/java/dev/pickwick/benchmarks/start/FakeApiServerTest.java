package dev.pickwick.benchmarks.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pickwick.benchmarks.picker.JavaSettings;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.PickerSetup;
import dev.pickwick.benchmarks.pods.PodFarm;
import dev.pickwick.benchmarks.pods.VllmPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeApiServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PODS = 5;

  @Test
  void start_realPicker_findsThePoolItsPodsAndTheirNumbers() throws Exception {
    try (PodFarm pods = PodFarm.start(PODS, VllmPage.of(VllmPage.USUAL_BYTES));
        FakeApiServer api = FakeApiServer.start(PODS, pods.port(), Duration.ZERO)) {
      Path kubeconfig = FakeApiProcess.kubeconfig(api.port());
      PickerSetup setup =
          PickerSetup.of(JavaSettings.forLimit(512))
              .withFlags(
                  List.of(
                      "--pool-name=" + ApiObjects.POOL,
                      "--pool-namespace=" + ApiObjects.NAMESPACE,
                      "--refresh-prometheus-metrics-interval=50ms"))
              .withVariable("KUBECONFIG", kubeconfig.toString());
      try (Picker picker = Picker.start(setup)) {
        assertThat(picker.awaitReady(PATIENCE).residentBytes()).isPositive();

        await()
            .atMost(PATIENCE)
            .until(() -> picker.metric("inference_pool_ready_pods").orElse(0) == PODS);
        assertThat(picker.program().lastLines()).doesNotContain("\"level\":\"warn");
      } finally {
        Files.delete(kubeconfig);
      }
    }
  }
}
