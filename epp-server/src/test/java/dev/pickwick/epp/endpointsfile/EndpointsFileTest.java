package dev.pickwick.epp.endpointsfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsFileTest {

  private static final String ONE = "endpoints: [{name: a, address: 10.0.0.1, port: 8000}]";
  private static final String TWO =
      """
      endpoints:
      - {name: a, address: 10.0.0.1, port: 8000}
      - {name: b, address: 10.0.0.2, port: 8000}
      """;

  /** Warnings only; each is one line for the operator. */
  private static final class Warnings extends Handler {

    final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
        lines.add(new java.util.logging.SimpleFormatter().formatMessage(line));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private final EndpointStore store = new EndpointStore(() -> 0);
  private final Warnings warnings = new Warnings();
  private final Logger logger = Logger.getLogger(EndpointsFile.class.getName());
  @TempDir private Path dir;

  @BeforeEach
  void listen() {
    logger.addHandler(warnings);
  }

  @AfterEach
  void deafen() {
    logger.removeHandler(warnings);
  }

  private List<String> names() {
    var snapshot = store.snapshot();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < snapshot.size(); i++) {
      names.add(snapshot.get(i).id().name());
    }
    return names;
  }

  private Path file(String text) throws IOException {
    return Files.writeString(dir.resolve("endpoints.yaml"), text);
  }

  @Test
  void start_goodFile_fillsTheStore() throws IOException {
    try (var file = new EndpointsFile(file(TWO), 0, store)) {
      file.start();
      assertThat(names()).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void start_badFile_namesAllProblems() throws IOException {
    try (var file = new EndpointsFile(file("endpoints: [{name: a, port: 0}]"), 0, store)) {
      assertThatThrownBy(file::start)
          .isInstanceOf(InvalidEndpointsFileException.class)
          .hasMessageContaining("--endpoints-file")
          .hasMessageContaining("endpoints.yaml")
          .hasMessageContaining("endpoints[0].address: missing")
          .hasMessageContaining("endpoints[0].port: 0 (expected: 1 to 65535)");
    }
  }

  @Test
  void start_missingFileOrDirectory_isRefused() {
    for (Path path : List.of(dir.resolve("none"), dir)) {
      try (var file = new EndpointsFile(path, 0, store)) {
        assertThatThrownBy(file::start).isInstanceOf(InvalidEndpointsFileException.class);
      }
    }
  }

  @Test
  void start_fileThatIsNotText_isRefused() throws IOException {
    Path path = Files.write(dir.resolve("endpoints.yaml"), new byte[] {(byte) 0xC3, 0x28});
    try (var file = new EndpointsFile(path, 0, store)) {
      assertThatThrownBy(file::start)
          .isInstanceOf(InvalidEndpointsFileException.class)
          .hasMessageContaining("cannot be read");
    }
  }

  @Test
  void watch_fileChanges_storeFollows() throws IOException {
    try (var file = new EndpointsFile(file(ONE), 0, store)) {
      file.start();
      Endpoint a = store.snapshot().get(0);
      file(TWO);
      await().atMost(Duration.ofSeconds(20)).until(() -> store.snapshot().size() == 2);
      file(ONE);
      await().atMost(Duration.ofSeconds(20)).until(() -> store.snapshot().size() == 1);
      assertThat(store.snapshot().get(0)).isSameAs(a);
    }
  }

  @Test
  void check_sameLengthAndTime_isSeen() throws IOException {
    Path path = file(ONE);
    FileTime time = Files.getLastModifiedTime(path);
    try (var file = new EndpointsFile(path, 0, store)) {
      file.check();
      file(ONE.replace("name: a", "name: c"));
      Files.setLastModifiedTime(path, time);
      file.check();
      assertThat(names()).containsExactly("c");
    }
  }

  @Test
  void check_swappedSymbolicLink_isSeen() throws IOException {
    // A ConfigMap volume: the file is a link through a directory link that is replaced as a whole.
    Path old = Files.createDirectory(dir.resolve("..1"));
    Path next = Files.createDirectory(dir.resolve("..2"));
    Files.writeString(old.resolve("endpoints.yaml"), ONE);
    Files.writeString(next.resolve("endpoints.yaml"), TWO);
    Path data = Files.createSymbolicLink(dir.resolve("..data"), old);
    Path path =
        Files.createSymbolicLink(dir.resolve("endpoints.yaml"), data.resolve("endpoints.yaml"));
    try (var file = new EndpointsFile(path, 0, store)) {
      file.check();
      assertThat(names()).containsExactly("a");
      Files.delete(data);
      Files.createSymbolicLink(data, next);
      file.check();
      assertThat(names()).containsExactly("a", "b");
    }
  }

  @Test
  void check_brokenChange_keepsTheLastGoodSetAndSaysSoOnce() throws IOException {
    try (var file = new EndpointsFile(file(TWO), 0, store)) {
      file.check();
      file("endpoints: [{name: a, address: 10.0.0.1, port: 0}]");
      file.check();
      file.check();
      file.check();
      assertThat(names()).containsExactly("a", "b");
      assertThat(warnings.lines)
          .singleElement()
          .asString()
          .contains("endpoints[0].port: 0 (expected: 1 to 65535)")
          .contains("the 2 endpoints known before stay");
    }
  }

  @Test
  void check_fileGoneAndBack_keepsTheLastGoodSetMeanwhile() throws IOException {
    Path path = file(TWO);
    try (var file = new EndpointsFile(path, 0, store)) {
      file.check();
      Files.delete(path);
      file.check();
      file.check();
      assertThat(names()).containsExactly("a", "b");
      assertThat(warnings.lines).singleElement().asString().contains("no such file");
      file(ONE);
      file.check();
      assertThat(names()).containsExactly("a");
      Files.delete(path);
      file.check();
      assertThat(warnings.lines).hasSize(2);
    }
  }
}
