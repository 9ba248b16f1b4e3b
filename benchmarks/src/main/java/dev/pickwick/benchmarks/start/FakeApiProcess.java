package dev.pickwick.benchmarks.start;

import dev.pickwick.benchmarks.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The fake API server in a process of its own. */
final class FakeApiProcess implements ApiServer {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Program program;
  private final Path kubeconfig;

  private FakeApiProcess(Program program, Path kubeconfig) {
    this.program = program;
    this.kubeconfig = kubeconfig;
  }

  /** Starts it, and returns once it listens; parameters as of {@link FakeApiServer#start}. */
  static FakeApiProcess start(int pods, int podPort, Duration delay)
      throws IOException, InterruptedException {
    List<String> arguments =
        List.of(Integer.toString(pods), Integer.toString(podPort), Long.toString(delay.toMillis()));
    List<String> options = List.of("-Xmx128m", "-XX:+UseSerialGC");
    Program program =
        Program.start(
            "the fake API server",
            Program.java(options, FakeApiServerMain.class.getName(), arguments),
            Map.of());
    try {
      program.await(() -> port(program) > 0, PATIENCE);
      return new FakeApiProcess(program, kubeconfig(port(program)));
    } catch (IOException | InterruptedException e) {
      program.close();
      throw e;
    }
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public void close() throws IOException {
    program.close();
    Files.deleteIfExists(kubeconfig);
  }

  /** Leads to a server without TLS on a port of the loopback. */
  static Path kubeconfig(int port) throws IOException {
    return Files.writeString(
        Files.createTempFile("pickwick-kubeconfig", ".yaml"),
        """
        apiVersion: v1
        kind: Config
        current-context: bench
        clusters:
        - {name: bench, cluster: {server: "http://127.0.0.1:%d"}}
        contexts:
        - {name: bench, context: {cluster: bench, user: bench}}
        users:
        - {name: bench, user: {}}
        """
            .formatted(port));
  }

  private static int port(Program program) {
    try {
      String said = program.lastLines();
      int at = said.indexOf(FakeApiServerMain.LISTENING);
      return at < 0
          ? 0
          : Integer.parseInt(said.substring(at + FakeApiServerMain.LISTENING.length()));
    } catch (IOException e) {
      return 0;
    }
  }
}
