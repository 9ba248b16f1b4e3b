package dev.pickwick.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  private static Arguments parse(String... line) {
    return Arguments.parse(line, Set.of("port", "name"), Set.of("plain"));
  }

  @Test
  void parse_bothForms_areRead() {
    Arguments arguments = parse("--port", "1", "--plain", "--name=a=b", "--name", "c");
    assertThat(arguments.number("port", 0)).isEqualTo(1);
    assertThat(arguments.has("plain")).isTrue();
    assertThat(arguments.all("name")).containsExactly("a=b", "c");
    assertThat(arguments.text("name", "x")).isEqualTo("c");
    assertThat(parse().number("port", 7)).isEqualTo(7);
  }

  @Test
  void parse_mistakes_areNamed() {
    assertThatThrownBy(() -> parse("--what")).hasMessage("unknown option --what");
    assertThatThrownBy(() -> parse("--port")).hasMessageContaining("--port");
    assertThatThrownBy(() -> parse("port")).hasMessageContaining("\"port\"");
    assertThatThrownBy(() -> parse("--plain=1")).hasMessageContaining("takes no value");
    assertThatThrownBy(() -> parse("--port", "x").number("port", 0))
        .hasMessageContaining("\"x\" (expected: a whole number)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:80", "[::1]:80", "10.1.2.3:0"})
  void hostPort_address_isReadAndWritten(String text) {
    InetSocketAddress address = HostPort.parse(text);
    assertThat(HostPort.format(address).replace("0:0:0:0:0:0:0:", "::")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1",
        "localhost:80",
        "127.0.0.1:",
        ":80",
        "127.0.0.1:70000",
        "127.0.0.1:-1",
        "127.0.0.1:+1",
        "::1:80",
        " 127.0.0.1:80",
        "127.0.0.1:80,127.0.0.1:81",
        "[127.0.0.1]:80"
      })
  void hostPort_somethingElse_isRefused(String text) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("address: \"" + text + "\" (expected: ip:port)");
  }
}
