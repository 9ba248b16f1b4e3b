package dev.pickwick.testbed.recording;

import dev.pickwick.testbed.gateway.Dialect;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The recordings that come with the testbed. */
public final class Recordings {

  private Recordings() {}

  /** All recordings of one gateway, by the names of their scenarios. */
  public static List<Recording> of(Dialect dialect) {
    String directory = "/recordings/" + directory(dialect);
    URL url = Recordings.class.getResource(directory);
    if (url == null) {
      throw new IllegalStateException(directory + " (expected: on the class path)");
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
          return read(jar.getPath(directory));
        }
      }
      return read(Path.of(uri));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(url + " (expected: an URI)", e);
    }
  }

  /** The recording of one scenario. */
  public static Recording of(Dialect dialect, String scenario) {
    return of(dialect).stream()
        .filter(recording -> recording.scenario().equals(scenario))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no recording of " + scenario));
  }

  /** How many recordings of each gateway there must be, as the text beside them says. */
  public static int statedCount() {
    try (InputStream text = Recordings.class.getResourceAsStream("/recordings/README.md")) {
      if (text == null) {
        throw new IllegalStateException("/recordings/README.md (expected: on the class path)");
      }
      Matcher count =
          Pattern.compile("(\\d+) files")
              .matcher(new String(text.readAllBytes(), StandardCharsets.UTF_8));
      if (!count.find()) {
        throw new IllegalStateException("/recordings/README.md (expected: \"<number> files\")");
      }
      return Integer.parseInt(count.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String directory(Dialect dialect) {
    return switch (dialect) {
      case AGENTGATEWAY -> "agentgateway-1.2.1_gie-epp-1.5.0";
      case ENVOY -> "envoy-1.40.0_gie-epp-1.5.0";
    };
  }

  private static List<Recording> read(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      var recordings = new ArrayList<Recording>();
      for (Path file : files.filter(each -> each.toString().endsWith(".jsonl")).sorted().toList()) {
        recordings.add(Recording.read(file));
      }
      return recordings;
    }
  }
}
