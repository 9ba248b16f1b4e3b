package dev.pickwick.scheduler.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParametersTest {

  @Test
  void values_given_areRead() {
    Parameters parameters =
        of(Map.of("count", 3, "ratio", 0.5, "whole", 2, "auto", false, "name", "x"));

    assertThat(parameters.integer("count", 1)).isEqualTo(3);
    assertThat(parameters.number("ratio", 1)).isEqualTo(0.5);
    assertThat(parameters.number("whole", 1)).isEqualTo(2);
    assertThat(parameters.bool("auto", true)).isFalse();
    assertThat(parameters.text("name", "y")).isEqualTo("x");
    assertThat(parameters.has("count")).isTrue();
    assertThat(parameters.problems()).isEmpty();
  }

  @Test
  void values_absentOrNull_fallBack() {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("count", null);
    Parameters parameters = new Parameters("p", values);

    assertThat(parameters.integer("count", 7)).isEqualTo(7);
    assertThat(parameters.has("count")).isFalse();
    assertThat(parameters.number("ratio", 0.1)).isEqualTo(0.1);
    assertThat(parameters.bool("auto", true)).isTrue();
    assertThat(parameters.text("name", "y")).isEqualTo("y");
    assertThat(parameters.problems()).isEmpty();
  }

  @Test
  void names_otherCase_areTheSame() {
    assertThat(of(Map.of("MAXnumofendpoints", 3)).integer("maxNumOfEndpoints", 1)).isEqualTo(3);
  }

  @Test
  void names_exactAndOtherCase_exactWins() {
    assertThat(of(Map.of("COUNT", 3, "count", 4)).integer("count", 1)).isEqualTo(4);
  }

  @Test
  void values_wrongTypes_areProblemsWithTheirPath() {
    Map<String, Object> values = new HashMap<>();
    values.put("a", "3");
    values.put("b", 1.5);
    values.put("c", 3_000_000_000L);
    values.put("d", List.of());
    values.put("e", "yes");
    values.put("f", Map.of());
    values.put("g", BigInteger.TEN.pow(400));
    values.put("h", Double.NaN);
    Parameters parameters = of(values);

    assertThat(parameters.integer("a", 1)).isEqualTo(1);
    assertThat(parameters.integer("b", 2)).isEqualTo(2);
    assertThat(parameters.integer("c", 3)).isEqualTo(3);
    assertThat(parameters.number("d", 4)).isEqualTo(4);
    assertThat(parameters.bool("e", true)).isTrue();
    assertThat(parameters.text("f", "t")).isEqualTo("t");
    assertThat(parameters.number("g", 5)).isEqualTo(5);
    assertThat(parameters.number("h", 6)).isEqualTo(6);

    assertThat(parameters.problems().subList(0, 6))
        .extracting(Problem::toString)
        .containsExactly(
            "plugins[0].parameters.a: \"3\" (expected: an integer)",
            "plugins[0].parameters.b: 1.5 (expected: an integer)",
            "plugins[0].parameters.c: 3000000000 (expected: an integer of at most 32 bits)",
            "plugins[0].parameters.d: a list (expected: a number)",
            "plugins[0].parameters.e: \"yes\" (expected: true or false)",
            "plugins[0].parameters.f: a map (expected: text)");
    assertThat(parameters.problems()).hasSize(8);
  }

  private static Parameters of(Map<String, Object> values) {
    return new Parameters("plugins[0].parameters", values);
  }
}
