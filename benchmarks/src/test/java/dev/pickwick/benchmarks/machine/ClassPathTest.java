package dev.pickwick.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathTest {

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void resolve() throws IOException {
    directory = temporary.toRealPath();
  }

  @Test
  void explicit_jarsNamedByManifests_standBehindWhoNamesThem() throws Exception {
    Path far = jar("far.jar", "");
    Path near = jar("near.jar", far.toUri() + " missing.jar");
    Path first = jar("first.jar", "near.jar first.jar");
    Path last = jar("last.jar", "near.jar");

    assertThat(explicit(first, last)).isEqualTo(joined(first, near, far, last));
  }

  @Test
  void explicit_directoriesAndJarsThatNameNothing_stayAsTheyAre() throws Exception {
    Path plain = jar("plain.jar", "");

    assertThat(explicit(directory, plain)).isEqualTo(joined(directory, plain));
    assertThat(ClassPath.explicit("")).isEmpty();
  }

  @Test
  void explicit_fileThatIsNoJar_isNamed() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.jar"), "no jar");

    assertThatThrownBy(() -> explicit(broken))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("broken.jar");
  }

  private static String explicit(Path... entries) {
    return ClassPath.explicit(joined(entries));
  }

  private static String joined(Path... entries) {
    StringBuilder joined = new StringBuilder();
    for (Path entry : entries) {
      joined.append(joined.isEmpty() ? "" : File.pathSeparator).append(entry);
    }
    return joined.toString();
  }

  private Path jar(String name, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!classPath.isEmpty()) {
      attributes.put(Attributes.Name.CLASS_PATH, classPath);
    }
    Path jar = directory.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.finish();
    }
    return jar;
  }
}
