package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelSpliceTest {

  private static final String BODY =
      "{ \"model\" : \"qwen\",\"seed\":9007199254740993 , \"x\":1.0}";
  private static final int START = BODY.indexOf("\"qwen\"");
  private static final int END = START + 6;

  @Test
  void replace_anyCut_changesOnlyTheName() {
    byte[] bytes = BODY.getBytes(UTF_8);
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      List<BodySlice> spliced =
          ModelSplice.replace(Bodies.random(bytes, random), START, END, "qwen-7b-v2");
      assertThat(Bodies.text(spliced)).isEqualTo(BODY.replace("\"qwen\"", "\"qwen-7b-v2\""));
      assertThat(BodySlice.totalLength(spliced)).isEqualTo(BODY.length() + 6);
    }
  }

  @Test
  void replace_oddNames_areEscaped() throws Exception {
    for (String name :
        List.of("", "a\"b\\c", "tab\tnul\u0000", "\u00e9\u6f22\ud83d\ude00", "</script>")) {
      List<BodySlice> spliced = ModelSplice.replace(Bodies.whole(BODY), START, END, name);
      assertThat(new ObjectMapper().readTree(Bodies.join(spliced)).get("model").asText())
          .isEqualTo(name);
    }
  }

  @Test
  void replace_loneSurrogate_staysAnEscape() {
    List<BodySlice> spliced = ModelSplice.replace(Bodies.whole("\"m\""), 0, 3, "\ud83dx\ude00");
    assertThat(Bodies.text(spliced)).isEqualTo("\"\\ud83dx\\ude00\"");
  }

  @Test
  void replace_rangeOutsideTheBody_isRefused() {
    List<BodySlice> body = Bodies.whole(BODY);
    assertThatThrownBy(() -> ModelSplice.replace(body, 3, BODY.length() + 1, "m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model at 3 to " + (BODY.length() + 1));
    assertThatThrownBy(() -> ModelSplice.replace(body, -1, -1, "m"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
