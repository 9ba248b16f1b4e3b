package dev.pickwick.epp.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLogTest {
  @Test
  void format_plainLine_hasTheReferencesKeys() throws Exception {
    JsonNode line = format(new LogRecord(Level.INFO, "pool \"a\" is known\n"));

    assertThat(line.get("level").asText()).isEqualTo("info");
    assertThat(line.get("ts").asDouble()).isEqualTo(1.5);
    assertThat(line.get("msg").asText()).isEqualTo("pool \"a\" is known\n");
    assertThat(line.has("error")).isFalse();
  }

  @Test
  void format_failure_carriesErrorAndTrace() throws Exception {
    LogRecord record = new LogRecord(Level.SEVERE, "broken");
    record.setThrown(new IllegalStateException("why"));
    JsonNode line = format(record);

    assertThat(line.get("level").asText()).isEqualTo("error");
    assertThat(line.get("error").asText()).contains("why");
    assertThat(line.get("stacktrace").asText()).contains("JsonLogTest");
  }

  @Test
  void format_anyLine_endsWithOneNewline() {
    LogRecord record = new LogRecord(Level.INFO, "a\nb");
    String text = new JsonLog().format(record);

    assertThat(text).endsWith("}\n");
    assertThat(text.chars().filter(c -> c == '\n')).hasSize(1);
  }

  @Test
  void level_ofVerbosity_followsTheReference() {
    assertThat(JsonLog.level(-1)).isEqualTo(Level.SEVERE);
    assertThat(JsonLog.level(3)).isEqualTo(Level.INFO);
    assertThat(JsonLog.level(4)).isEqualTo(Level.FINE);
    assertThat(JsonLog.level(5)).isEqualTo(Level.FINER);
  }

  private static JsonNode format(LogRecord record) throws Exception {
    record.setInstant(Instant.ofEpochMilli(1500));
    return new ObjectMapper().readTree(new JsonLog().format(record));
  }
}
