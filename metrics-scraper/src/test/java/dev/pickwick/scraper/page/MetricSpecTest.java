package dev.pickwick.scraper.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a wanted metric is written in the configuration. */
class MetricSpecTest {

  @ParameterizedTest
  @ValueSource(strings = {"vllm:waiting", " vllm:waiting ", "vllm:waiting{}", "vllm:waiting { } "})
  void parse_nameOnly(String text) {
    assertThat(MetricSpec.parse(text)).isEqualTo(new MetricSpec("vllm:waiting", List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m{type=waiting,version=1}",
        "m{type=\"waiting\",version=\"1\"}",
        " m { type = waiting , version = \"1\" , } "
      })
  void parse_labels(String text) {
    assertThat(MetricSpec.parse(text))
        .isEqualTo(
            new MetricSpec(
                "m",
                List.of(
                    new MetricSpec.Label("type", "waiting"),
                    new MetricSpec.Label("version", "1"))));
  }

  @Test
  void parse_quotedValue_isUnescaped() {
    var spec = MetricSpec.parse("m{l=\"a\\\"b\\\\c\\nd,}\"}");
    assertThat(spec.labels()).containsExactly(new MetricSpec.Label("l", "a\"b\\c\nd,}"));
    assertThat(MetricSpec.parse(spec.toString())).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          1m          | 0 | a metric name
          m x         | 2 | the end
          m{          | 2 | a label name
          m{l         | 3 | label=value
          m{l!=x}     | 3 | label=value
          m{l=~x}     | 3 | label=value
          m{l=x       | 5 | ',' or '}'
          m{l="x}     | 7 | a closing quote
          m{l="\\x"}   | 6 | one of \\\\, \\" and \\n
          m{l=x,l=y}  | 6 | each label once
          m{l=x}y     | 6 | the end
          """)
  void parse_malformed_saysWhere(String text, int at, String expected) {
    assertThatThrownBy(() -> MetricSpec.parse(text))
        .hasMessage(
            "metric spec \"" + text + "\" at character " + at + " (expected: " + expected + ")");
  }
}
