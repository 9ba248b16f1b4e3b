package dev.pickwick.benchmarks.demo;

import dev.pickwick.testbed.server.Latency;
import dev.pickwick.testbed.server.ModelServer;
import dev.pickwick.testbed.server.ModelServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Six fake model servers, the last four times slower than the others. */
final class Pool implements AutoCloseable {
  static final String MODEL = "demo/llama";
  private static final int SERVERS = 6;
  private static final int SLOWNESS = 4;
  private static final Latency LATENCY =
      new Latency(
          Duration.ZERO,
          Duration.ofMillis(20),
          Duration.ofNanos(250_000),
          Duration.ofMillis(10),
          1.5,
          0.1);

  private final List<ModelServer> servers = new ArrayList<>();

  private Pool() {}

  /** Starts them on free ports, with empty caches. */
  static Pool start(long seed) throws IOException {
    Pool pool = new Pool();
    try {
      for (int i = 1; i <= SERVERS; i++) {
        pool.servers.add(
            ModelServer.start(
                ModelServerOptions.of(MODEL)
                    .latency(LATENCY)
                    .slots(3, 1000)
                    .cache(16, 2048)
                    .slowness(i == SERVERS ? SLOWNESS : 1)
                    .seed(seed + i)));
      }
      return pool;
    } catch (IOException | RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  int size() {
    return servers.size();
  }

  ModelServer server(int index) {
    return servers.get(index);
  }

  /** The name by which the picker knows a server. */
  static String name(int index) {
    return "pod-" + (index + 1);
  }

  List<String> endpoints() {
    return servers.stream().map(ModelServer::endpoint).toList();
  }

  /** What {@code --endpoints-file} expects. */
  String endpointsFile() {
    StringBuilder yaml = new StringBuilder("endpoints:\n");
    for (int i = 0; i < servers.size(); i++) {
      yaml.append("- {name: ")
          .append(name(i))
          .append(", address: 127.0.0.1, port: ")
          .append(servers.get(i).port())
          .append("}\n");
    }
    return yaml.toString();
  }

  /** Which server a pod's name or an address belongs to; -1: none. */
  int indexOf(String podOrEndpoint) {
    for (int i = 0; i < servers.size(); i++) {
      if (name(i).equals(podOrEndpoint) || servers.get(i).endpoint().equals(podOrEndpoint)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    for (ModelServer server : servers) {
      server.close();
    }
  }
}
