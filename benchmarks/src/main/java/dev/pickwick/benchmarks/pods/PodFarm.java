package dev.pickwick.benchmarks.pods;

import dev.pickwick.benchmarks.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Pods in a process of their own, each with a loopback address of its own and all on one port, that
 * answer every request with the same page.
 */
public final class PodFarm implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ADDRESSES_PER_NET = 250;

  private final Program program;
  private final Path page;
  private final int pods;
  private final int port;

  private PodFarm(Program program, Path page, int pods, int port) {
    this.program = program;
    this.page = page;
    this.pods = pods;
    this.port = port;
  }

  /**
   * Starts them, and returns once all listen.
   *
   * @param pods how many, in [1, 60000]
   * @throws IOException when they cannot listen
   */
  public static PodFarm start(int pods, byte[] page) throws IOException, InterruptedException {
    Path file = Files.write(Files.createTempFile("pickwick-page", ".prom"), page);
    List<String> command =
        Program.java(
            List.of("-Xmx256m", "-XX:+UseSerialGC"),
            PodFarmMain.class.getName(),
            List.of(Integer.toString(pods), file.toString()));
    Program program = Program.start("pods", command, Map.of());
    try {
      program.await(() -> port(program) > 0, PATIENCE);
      return new PodFarm(program, file, pods, port(program));
    } catch (IOException | InterruptedException e) {
      program.close();
      throw e;
    }
  }

  /** How many there are. */
  public int pods() {
    return pods;
  }

  /** The port they all listen on. */
  public int port() {
    return port;
  }

  /**
   * The address of one of them.
   *
   * @param index in [0, pods)
   */
  public static String address(int index) {
    return "127.0." + index / ADDRESSES_PER_NET + "." + (index % ADDRESSES_PER_NET + 1);
  }

  /** What {@code --endpoints-file} expects, with all of them in it. */
  public String endpointsFile() {
    StringBuilder yaml = new StringBuilder("endpoints:\n");
    for (int i = 0; i < pods; i++) {
      yaml.append("- {name: pod-").append(i).append(", address: ").append(address(i));
      yaml.append(", port: ").append(port).append("}\n");
    }
    return yaml.toString();
  }

  @Override
  public void close() throws IOException {
    program.close();
    Files.deleteIfExists(page);
  }

  /** What the program says it listens on; 0 before it does. */
  private static int port(Program program) {
    try {
      String said = program.lastLines();
      int at = said.indexOf(PodFarmMain.LISTENING);
      return at < 0 ? 0 : Integer.parseInt(said.substring(at + PodFarmMain.LISTENING.length()));
    } catch (IOException e) {
      return 0;
    }
  }
}
