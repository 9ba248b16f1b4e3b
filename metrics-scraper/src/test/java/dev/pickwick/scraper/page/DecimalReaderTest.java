package dev.pickwick.scraper.page;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers as the text format writes them. */
class DecimalReaderTest {
  private final DecimalReader reader = new DecimalReader();

  @ParameterizedTest
  @CsvSource({
    "3, 3",
    "+3, 3",
    "-3, -3",
    "3.0, 3",
    ".5, 0.5",
    "5., 5",
    "00.750, 0.75",
    "0, 0",
    "-0, 0",
    "1e6, 1e6",
    "1e+06, 1e6",
    "1E-3, 0.001",
    "1.2e+010, 1.2e10",
    "1.785966e+09, 1785966000",
    "5e-324, 5e-324",
    "1e308, 1e308",
    "1e309, Infinity",
    "1e-400, 0",
    "1e99999999999, Infinity",
    "+Inf, Infinity",
    "Inf, Infinity",
    "-inf, -Infinity",
    "+infinity, Infinity",
    "123456789012345678901234567890, 1.2345678901234568e29"
  })
  void parse_number_isRead(String text, double expected) {
    assertThat(parse(text)).isEqualTo(expected == 0 ? 0.0 : expected);
    assertThat(reader.valid()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "nan", "NAN", "+NaN"})
  void parse_notANumber_isNotANumber(String text) {
    assertThat(parse(text)).isNaN();
    assertThat(reader.valid()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "-",
        ".",
        "e5",
        "1e",
        "1e+",
        "1f",
        "1d",
        "1L",
        "0x1p-2",
        "0x10",
        "1_000",
        "1,5",
        "three",
        "1.2.3",
        "--1",
        "1-",
        "Infinite",
        "in",
        "1e5.0",
        "١"
      })
  void parse_somethingElse_isRefused(String text) {
    parse(text);
    assertThat(reader.valid()).isFalse();
  }

  @Test
  void parse_endlessNumber_isRefused() {
    parse("1".repeat(401));
    assertThat(reader.valid()).isFalse();
  }

  @Test
  void parse_anyDouble_isAtMostTwoUnitsOff() {
    var random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      double wanted =
          i % 2 == 0
              ? Double.longBitsToDouble(random.nextLong())
              : random.nextDouble() * Math.pow(10, random.nextInt(-20, 20));
      if (Double.isFinite(wanted)) {
        double read = parse(Double.toString(wanted));
        assertThat(Math.abs(read - wanted)).isLessThanOrEqualTo(2 * Math.ulp(wanted));
      }
    }
  }

  private double parse(String text) {
    byte[] bytes = ("x" + text + "x").getBytes(US_ASCII);
    double value = reader.parse(bytes, 1, bytes.length - 1);
    return value == 0 ? 0.0 : value;
  }
}
