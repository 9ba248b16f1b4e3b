package dev.pickwick.testbed.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {

  @Test
  void conversations_areRead() {
    List<TraceRequest> requests = Trace.conversations().requests();
    assertThat(requests).hasSize(2000);
    assertThat(requests.getFirst())
        .isEqualTo(
            new TraceRequest(0, 6758, 500, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)));
    assertThat(requests).isSortedAccordingTo((a, b) -> Long.compare(a.atMillis(), b.atMillis()));
  }

  @Test
  void read_otherJson_saysWhichLine() {
    assertThatThrownBy(() -> Trace.read(new StringReader("{\"a\":1}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void prompts_equalLeadingBlocks_haveEqualBeginnings() {
    var prompts = new Prompts(64, 100, 7);
    String one = prompts.of(new TraceRequest(0, 0, 1, List.of(0, 5, 6)));
    String other = prompts.of(new TraceRequest(0, 0, 1, List.of(0, 5, 9)));
    assertThat(one).hasSize(192).startsWith(other.substring(0, 128)).isNotEqualTo(other);
    assertThat(one.substring(0, 64)).isNotEqualTo(one.substring(64, 128));
    assertThat(one).matches("[a-z ]+");
  }

  @Test
  void prompts_seedDecides() {
    var row = new TraceRequest(0, 0, 1, List.of(1, 2));
    assertThat(new Prompts(64, 100, 7).of(row)).isEqualTo(new Prompts(64, 100, 7).of(row));
    assertThat(new Prompts(64, 100, 8).of(row)).isNotEqualTo(new Prompts(64, 100, 7).of(row));
  }

  @Test
  void prompts_longRows_areCut() {
    var row = new TraceRequest(0, 0, 1, List.of(1, 2, 3));
    assertThat(new Prompts(64, 2, 7).of(row)).hasSize(128);
  }
}
