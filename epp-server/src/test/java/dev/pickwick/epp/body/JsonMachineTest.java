package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMachineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " null ",
        "true",
        "false",
        "0",
        "-0",
        "1.25e-7",
        "1E+5",
        "10",
        "\"\"",
        "[1,2]",
        "{\"a\":[{},[]],\"b\":\"\\u00e9\\\"\"}",
        "\r\n\t[ ]\n",
        "1e999",
        "\"\\ud800\""
      })
  void finish_valid_saysNothing(String text) {
    assertThat(error(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no healthy upstream | invalid character 'o' in literal null (expecting 'u')",
        "`` | unexpected end of JSON input",
        "`   ` | unexpected end of JSON input",
        "{\"a\" | unexpected end of JSON input",
        "{\"a\":\"b | unexpected end of JSON input",
        "[1, | unexpected end of JSON input",
        "{} x | invalid character 'x' after top-level value",
        "{\"a\":1,} | invalid character '}' looking for beginning of object key string",
        "{a:1} | invalid character 'a' looking for beginning of object key string",
        "{'a':1} | invalid character '\\'' looking for beginning of object key string",
        "{\"a\" 1} | invalid character '1' after object key",
        "{\"a\":1 \"b\":2} | invalid character '\"' after object key:value pair",
        "[1 2] | invalid character '2' after array element",
        "[1,] | invalid character ']' looking for beginning of value",
        "{\"a\":} | invalid character '}' looking for beginning of value",
        "tru | invalid character ' ' in literal true (expecting 'e')",
        "trux | invalid character 'x' in literal true (expecting 'e')",
        "falsy | invalid character 'y' in literal false (expecting 'e')",
        "- | invalid character ' ' in numeric literal",
        "-x | invalid character 'x' in numeric literal",
        "01 | invalid character '1' after top-level value",
        "1. | invalid character ' ' after decimal point in numeric literal",
        "1.x | invalid character 'x' after decimal point in numeric literal",
        "1e | invalid character ' ' in exponent of numeric literal",
        "1e+x | invalid character 'x' in exponent of numeric literal",
        "\"\\x\" | invalid character 'x' in string escape code",
        "\"\\u12g4\" | invalid character 'g' in \\u hexadecimal character escape",
        "\\ | invalid character '\\\\' looking for beginning of value",
        "NaN | invalid character 'N' looking for beginning of value",
        "// | invalid character '/' looking for beginning of value"
      })
  void finish_invalid_speaksAsGo(String text, String message) {
    assertThat(error(text)).isEqualTo(message);
    assertThat(errorByteByByte(text)).isEqualTo(message);
  }

  @Test
  void finish_controlCharacters_areQuotedAsInGo() {
    assertThat(error("\"a\nb\"")).isEqualTo("invalid character '\\n' in string literal");
    assertThat(error("\"a\u0001b\"")).isEqualTo("invalid character '\\x01' in string literal");
    assertThat(error("\u0000"))
        .isEqualTo("invalid character '\\x00' looking for beginning of value");
    assertThat(error("\u007f"))
        .isEqualTo("invalid character '\\x7f' looking for beginning of value");
  }

  @Test
  void finish_byteOrderMark_isRefusedAsInGo() {
    assertThat(error("\ufeff{}"))
        .isEqualTo("invalid character '\u00ef' looking for beginning of value");
    assertThat(error("\u0080"))
        .isEqualTo("invalid character '\u00c2' looking for beginning of value");
  }

  @Test
  void advance_reportsKeysAndValues_downToTheDepthAsked() {
    JsonMachine machine = new JsonMachine();
    machine.reportDownTo(1);
    byte[] b = "{\"a\":[1,{\"x\":2}],\"b\":-3.5}".getBytes(UTF_8);
    StringBuilder log = new StringBuilder();
    int from = 0;
    JsonMachine.Event event;
    while ((event = machine.advance(b, from, b.length)) != JsonMachine.Event.MORE) {
      log.append(event).append(machine.depth());
      if (event == JsonMachine.Event.KEY) {
        log.append(new String(machine.key(), 0, machine.keyLength(), UTF_8));
      } else {
        log.append(machine.type());
      }
      log.append('@').append(machine.at()).append(' ');
      from = machine.at();
    }
    assertThat(log.toString().trim())
        .isEqualTo(
            "START0OBJECT@1 KEY1a@5 START1ARRAY@6 END1ARRAY@16 KEY1b@21 START1NUMBER@22"
                + " END1NUMBER@25 END0OBJECT@26");
  }

  private static @Nullable String error(String text) {
    JsonMachine machine = new JsonMachine();
    byte[] b = text.getBytes(UTF_8);
    run(machine, b, 0, b.length);
    return machine.finish();
  }

  private static @Nullable String errorByteByByte(String text) {
    JsonMachine machine = new JsonMachine();
    byte[] b = text.getBytes(UTF_8);
    for (int i = 0; i < b.length; i++) {
      run(machine, b, i, i + 1);
    }
    return machine.finish();
  }

  private static void run(JsonMachine machine, byte[] b, int from, int end) {
    JsonMachine.Event event = machine.advance(b, from, end);
    while (event != JsonMachine.Event.MORE && event != JsonMachine.Event.FAILED) {
      event = machine.advance(b, machine.at(), end);
    }
  }
}
