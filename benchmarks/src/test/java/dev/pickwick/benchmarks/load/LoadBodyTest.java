package dev.pickwick.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadBodyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({"200, 16384, 0", "1024, 100, 0", "220000, 16384, 0", "5000, 7, 3", "1024, 100, 3"})
  void messages_together_areTheBody(int bytes, int chunkBytes, int groups) throws IOException {
    LoadBody body = new LoadBody(bytes, chunkBytes, groups);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < body.messages(); i++) {
      HttpBody piece = ProcessingRequest.parseFrom(body.message(i, 77)).getRequestBody();
      assertThat(piece.getBody().size()).isLessThanOrEqualTo(chunkBytes);
      assertThat(piece.getEndOfStream()).isEqualTo(i == body.messages() - 1);
      piece.getBody().writeTo(joined);
    }

    assertThat(joined.toByteArray()).isEqualTo(body.bytes(77)).hasSize(bytes);
    JsonNode request = JSON.readTree(joined.toByteArray());
    assertThat(request.get("model").asText()).isEqualTo("load/llama");
    assertThat(request.at("/messages/0/content").asText()).hasSizeGreaterThanOrEqualTo(32);
  }

  @Test
  void prompts_withoutGroups_differFromTheFirstCharactersOn() {
    LoadBody body = new LoadBody(1024, 1024, 0);
    Set<String> beginnings = new HashSet<>();
    for (long number = 1L << 40; number < (1L << 40) + 5000; number++) {
      beginnings.add(prompt(body, number).substring(0, 16));
    }
    assertThat(beginnings).hasSize(5000);
  }

  @Test
  void prompts_ofAGroup_differAtTheEndOnly() {
    LoadBody body = new LoadBody(1024, 1024, 3);
    String one = prompt(body, 30);
    String sameGroup = prompt(body, 33);
    String otherGroup = prompt(body, 31);

    int length = one.length();
    assertThat(sameGroup.substring(0, length - 16)).isEqualTo(one.substring(0, length - 16));
    assertThat(sameGroup).isNotEqualTo(one);
    assertThat(otherGroup.substring(0, 16)).isNotEqualTo(one.substring(0, 16));
  }

  @Test
  void matches_piecesOfTheBody_onlyWhereTheyBelong() {
    for (int groups : new int[] {0, 2}) {
      LoadBody body = new LoadBody(900, 100, groups);
      byte[] bytes = body.bytes(5);
      for (int at = 0; at < 900; at += 37) {
        int length = Math.min(150, 900 - at);
        assertThat(body.matches(5, at, bytes, at, length)).isTrue();
        byte[] altered = bytes.clone();
        altered[at + length / 2] ^= 1;
        assertThat(body.matches(5, at, altered, at, length)).isFalse();
      }
      assertThat(body.matches(5, 0, body.bytes(6), 0, 900)).isFalse();
      assertThat(body.matches(5, 890, bytes, 0, 11)).isFalse();
    }
  }

  private static String prompt(LoadBody body, long number) {
    try {
      return JSON.readTree(body.bytes(number)).at("/messages/0/content").asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
