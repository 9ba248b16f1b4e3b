package dev.pickwick.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a directory of its own, with a JDK and a Maven that only say what they hear. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "pickwick").toAbsolutePath().normalize();
  private static final List<String> MODULES =
      List.of("epp-server", "metrics-scraper", "scheduler", "proto");

  @TempDir Path root;

  @BeforeEach
  void prepare() throws IOException {
    Files.copy(LAUNCHER, root.resolve("pickwick"));
    script("jdk/bin/javac", "echo javac 25.0.1");
    script("jdk/bin/java", "echo \"java $*\"");
    StringBuilder jars = new StringBuilder("echo built >>builds\n");
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module + "/src/main"));
      Files.createDirectories(root.resolve(module + "/target/launcher"));
      Files.writeString(root.resolve(module + "/pom.xml"), "");
      jars.append("touch ").append(root.relativize(jar(module))).append('\n');
    }
    Files.writeString(root.resolve("pom.xml"), "");
    script("bin/mvn", jars.toString());
  }

  @Test
  void secondStart_nothingChanged_buildsNoMore() throws Exception {
    launch(Map.of());
    launch(Map.of());

    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void jarMissing_isBuiltAgain() throws Exception {
    launch(Map.of());
    Files.delete(jar("proto"));
    launch(Map.of());

    assertThat(builds()).isEqualTo(2);
    assertThat(jar("proto")).exists();
  }

  @Test
  void classPath_isTheModulesThenThatOfTheUser() throws Exception {
    String own = String.join(":", MODULES.stream().map(each -> jar(each).toString()).toList());

    assertThat(launch(Map.of())).contains(" -cp " + own + " dev.pickwick.epp.Main validate x");
    assertThat(launch(Map.of("PICKWICK_CLASS_PATH", "/a.jar:/b.jar")))
        .contains(" -cp " + own + ":/a.jar:/b.jar dev.pickwick.epp.Main validate x");
  }

  private String launch(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", root.resolve("pickwick").toString(), "validate", "x");
    Path out = root.resolve("out");
    builder.redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PICKWICK_"));
    builder.environment().put("PICKWICK_JAVA_HOME", root.resolve("jdk").toString());
    builder
        .environment()
        .merge("PATH", root.resolve("bin").toString(), (path, own) -> own + ":" + path);
    builder.environment().putAll(environment);
    int status = builder.start().waitFor();
    String said = Files.readString(out);
    assertThat(status).as(said).isZero();
    return said;
  }

  private long builds() throws IOException {
    return Files.readAllLines(root.resolve("builds")).size();
  }

  private Path jar(String module) {
    return root.resolve(module + "/target/launcher/pickwick-" + module + "-0.1.0-SNAPSHOT.jar");
  }

  private void script(String path, String commands) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
