package dev.pickwick.epp.endtoend;

import dev.pickwick.epp.Components;
import dev.pickwick.epp.StartFailure;
import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.flags.FlagsResult;
import dev.pickwick.testbed.server.ModelServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A whole picker on free ports whose endpoints come from a file. */
final class PickerFixture implements AutoCloseable {
  private final Components components;

  private PickerFixture(Components components) {
    this.components = components;
  }

  /**
   * Starts a picker for these endpoints, called {@code pod-1} and so on.
   *
   * @param flags further flags
   */
  static PickerFixture start(Path directory, List<String> endpoints, String... flags)
      throws IOException, StartFailure {
    StringBuilder yaml = new StringBuilder("endpoints:\n");
    for (int i = 0; i < endpoints.size(); i++) {
      String[] parts = endpoints.get(i).split(":", 2);
      yaml.append("- {name: pod-%d, address: %s, port: %s}\n".formatted(i + 1, parts[0], parts[1]));
    }
    String text = endpoints.isEmpty() ? "endpoints: []\n" : yaml.toString();
    Path file = Files.writeString(Files.createTempFile(directory, "endpoints", ".yaml"), text);
    List<String> line = new ArrayList<>();
    line.add("--endpoints-file=" + file);
    line.addAll(List.of("--grpc-port=0", "--grpc-health-port=0", "--metrics-port=0"));
    line.addAll(List.of(flags));
    if (Flags.parse(line.toArray(new String[0]), Map.of()) instanceof FlagsResult.Parsed parsed) {
      return new PickerFixture(Components.start(parsed.flags()));
    }
    throw new IllegalArgumentException("flags: " + line + " (expected: usable ones)");
  }

  /** The same for fake model servers. */
  static PickerFixture forServers(Path directory, List<ModelServer> servers, String... flags)
      throws IOException, StartFailure {
    return start(directory, servers.stream().map(ModelServer::endpoint).toList(), flags);
  }

  String address() {
    return "127.0.0.1:" + components.grpcPort();
  }

  int port() {
    return components.grpcPort();
  }

  int inFlight() {
    return components.endpoints().inFlight();
  }

  Components components() {
    return components;
  }

  /** The sum of all series of the page whose name and labels begin so. */
  double metric(String begin) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + components.metricsPort() + "/metrics");
      String page =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      return page.lines()
          .filter(line -> line.startsWith(begin))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  @Override
  public void close() {
    components.stop(Duration.ZERO);
  }
}
