package dev.pickwick.epp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void epp_help_isOk() {
    assertThat(epp("--help")).isZero();
    assertThat(text(err)).contains("--pool-name");
  }

  @Test
  void epp_unknownFlag_isAUsageError() {
    assertThat(epp("--no-such-flag")).isEqualTo(2);
    assertThat(text(err)).startsWith("Error: unknown flag: --no-such-flag");
  }

  @Test
  void epp_withoutAPool_fails() {
    assertThat(epp()).isEqualTo(1);
    assertThat(text(err)).contains("either pool-name or endpoint-selector must be set");
  }

  @Test
  void validate_usableFile_isOk() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("c.yaml"),
            "apiVersion: llm-d.ai/v1alpha1\nkind: EndpointPickerConfig\n");

    assertThat(validate(file.toString())).isZero();
    assertThat(text(out)).contains("usable");
  }

  @Test
  void validate_brokenFile_tellsEveryProblem() throws Exception {
    Path file = Files.writeString(directory.resolve("c.yaml"), "kind: x\ncolour: red\n");

    assertThat(validate(file.toString())).isEqualTo(1);
    assertThat(text(err)).contains("apiVersion:").contains("kind:").contains("colour:");
  }

  @Test
  void validate_missingFile_namesIt() {
    assertThat(validate("no/such/file")).isEqualTo(1);
    assertThat(text(err)).contains("no/such/file");
  }

  @Test
  void validate_withoutFile_explainsItself() {
    assertThat(validate()).isEqualTo(2);
    assertThat(text(err)).contains("Usage: validate FILE");
    assertThat(validate("--help")).isZero();
  }

  private int epp(String... args) {
    return Main.epp(args, Map.of(), new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private int validate(String... args) {
    return Main.validate(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
