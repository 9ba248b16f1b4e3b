package dev.pickwick.benchmarks.machine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The class path with every jar on it by name.
 *
 * <p>A jar's manifest may name further ones. Java machines follow that, but leave classes found in
 * this way out of AOT caches when the manifest names them by URL.
 */
final class ClassPath {

  private ClassPath() {}

  /** Ours. */
  static String ofThisProgram() {
    return explicit(System.getProperty("java.class.path"));
  }

  /**
   * A class path to which the same classes belong, in the same order; files that are not there are
   * left out.
   *
   * @throws UncheckedIOException when a jar cannot be read
   */
  static String explicit(String classPath) {
    Set<Path> entries = new LinkedHashSet<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (!entry.isEmpty()) {
        add(Path.of(entry).toAbsolutePath().normalize(), entries);
      }
    }
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static void add(Path entry, Set<Path> entries) {
    if (!Files.exists(entry) || !entries.add(entry) || Files.isDirectory(entry)) {
      return;
    }
    String more = named(entry);
    if (more == null) {
      return;
    }
    for (String each : more.split(" ", -1)) {
      if (!each.isEmpty()) {
        add(Path.of(entry.toUri().resolve(URI.create(each))).normalize(), entries);
      }
    }
  }

  private static @Nullable String named(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      return manifest == null
          ? null
          : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    } catch (IOException e) {
      throw new UncheckedIOException(jar + ": " + e.getMessage(), e);
    }
  }
}
