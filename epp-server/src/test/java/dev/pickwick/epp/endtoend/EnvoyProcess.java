package dev.pickwick.epp.endtoend;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A real Envoy with the example's configuration, on other ports. */
final class EnvoyProcess implements AutoCloseable {
  private static final Path EXAMPLE = Path.of("examples", "envoy", "envoy.yaml");

  private final Process process;
  private final int port;

  private EnvoyProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** The binary named by {@code ENVOY}, else {@code envoy} on the path. */
  static Optional<Path> binary() {
    String named = System.getenv("ENVOY");
    if (named != null && !named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    String path = System.getenv().getOrDefault("PATH", "");
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, "envoy");
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  static EnvoyProcess start(Path binary, Path directory, int pickerPort) throws IOException {
    int port = freePort();
    String example = Files.readString(example());
    String config =
        example
            .replace("port_value: 8080", "port_value: " + port)
            .replace("port_value: 9002", "port_value: " + pickerPort);
    Path file = Files.writeString(directory.resolve("envoy.yaml"), config);
    File log = directory.resolve("envoy.log").toFile();
    Process process =
        new ProcessBuilder(
                binary.toString(),
                "-c",
                file.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1",
                "-l",
                "warn")
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    EnvoyProcess envoy = new EnvoyProcess(process, port);
    Awaitility.await("Envoy listens; its log is " + log)
        .atMost(Duration.ofSeconds(30))
        .until(envoy::listens);
    return envoy;
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private boolean listens() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Envoy ended with status " + process.exitValue());
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Tests run in the module's folder. */
  private static Path example() {
    Path above = Path.of("..").resolve(EXAMPLE);
    return Files.exists(above) ? above : EXAMPLE;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
