package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseUsageTest {

  @Test
  void json_chatCompletion_countsPromptAndCompletion() {
    assertUsage(
        ResponseKind.JSON,
        "{\"object\":\"chat.completion\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,"
            + "\"total_tokens\":30}}",
        new Usage(10, 20, 30, -1));
  }

  @Test
  void json_conversation_countsInputAndOutput() {
    assertUsage(
        ResponseKind.JSON,
        "{\"usage\":{\"input_tokens\":15,\"output_tokens\":25,\"total_tokens\":40},"
            + "\"object\":\"conversation\"}",
        new Usage(15, 25, 40, -1));
  }

  @Test
  void json_unknownObject_takesWhatIsThere() {
    assertUsage(
        ResponseKind.JSON,
        "{\"usage\":{\"input_tokens\":5,\"completion_tokens\":5,\"total_tokens\":10}}",
        new Usage(5, 5, 10, -1));
  }

  @Test
  void json_bothNames_objectDecides() {
    String usage =
        "\"usage\":{\"prompt_tokens\":1,\"input_tokens\":2,\"completion_tokens\":3,"
            + "\"output_tokens\":4}}";
    assertUsage(
        ResponseKind.JSON, "{\"object\":\"text_completion\"," + usage, new Usage(1, 3, -1, -1));
    assertUsage(ResponseKind.JSON, "{\"object\":\"response\"," + usage, new Usage(2, 4, -1, -1));
    assertUsage(ResponseKind.JSON, "{" + usage, new Usage(2, 4, -1, -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prompt_tokens_details", "input_tokens_details", "prompt_token_details"})
  void json_cachedTokens_areFoundUnderEverySpelling(String key) {
    assertUsage(
        ResponseKind.JSON,
        "{\"usage\":{\""
            + key
            + "\":{\"audio_tokens\":0,\"cached_tokens\":40},\"total_tokens\":50}}",
        new Usage(-1, -1, 50, 40));
  }

  @Test
  void json_usageElsewhere_isNotUsage() {
    assertUsage(
        ResponseKind.JSON,
        "{\"choices\":[{\"usage\":{\"total_tokens\":1}}],\"x\":{\"usage\":{\"total_tokens\":2}},"
            + "\"response\":{\"usage\":{\"total_tokens\":3}},\"text\":\"\\\"usage\\\":{}\"}",
        Usage.NONE);
  }

  @Test
  void json_incompleteOrNull_isNoUsage() {
    assertUsage(ResponseKind.JSON, "{\"usage\":{\"total_tokens\":1}", Usage.NONE);
    assertUsage(ResponseKind.JSON, "{\"usage\":null}", Usage.NONE);
    assertUsage(ResponseKind.JSON, "{\"usage\":{\"total_tokens\":1}x}", Usage.NONE);
  }

  @Test
  void sse_usageInTheLastEvent_isFoundAtAnySplit() {
    assertUsage(
        ResponseKind.SSE,
        "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}],\"usage\":null}\n\n"
            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"total_tokens\":17,"
            + "\"completion_tokens\":10}}\n\ndata: [DONE]\n\n",
        new Usage(7, 10, 17, -1));
  }

  @Test
  void sse_usageInEveryEvent_lastOneCounts() {
    assertUsage(
        ResponseKind.SSE,
        """
        data:{"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}\r
        \r
        data:{"usage":{"prompt_tokens":5,"completion_tokens":10,"total_tokens":15}}\r
        \r
        data: [DONE]\r
        \r
        """,
        new Usage(5, 10, 15, -1));
  }

  @Test
  void sse_responsesApi_onlyTheFinalEventCounts() {
    String progress =
        "event: response.in_progress\ndata: {\"type\":\"response.in_progress\",\"response\":"
            + "{\"object\":\"response\",\"usage\":{\"input_tokens\":1,\"total_tokens\":1}}}\n\n";
    assertUsage(ResponseKind.SSE, progress, Usage.NONE);
    assertUsage(
        ResponseKind.SSE,
        progress
            + "data: {\"response\":{\"object\":\"response\",\"usage\":{\"input_tokens\":31,"
            + "\"input_tokens_details\":{\"cached_tokens\":16},\"output_tokens\":3,"
            + "\"total_tokens\":34}},\"type\":\"response.completed\"}\n\n",
        new Usage(31, 3, 34, 16));
    assertUsage(
        ResponseKind.SSE,
        "data: {\"type\":\"response.incomplete\",\"response\":{\"usage\":{\"input_tokens\":1,"
            + "\"output_tokens\":2,\"total_tokens\":3}}}\n\n",
        new Usage(1, 2, 3, -1));
  }

  @Test
  void sse_lastLineWithoutEnd_counts() {
    assertUsage(
        ResponseKind.SSE, "data: {\"usage\":{\"total_tokens\":3}}", new Usage(-1, -1, 3, -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "\"none\"",
        "[]",
        "true",
        "{\"prompt_tokens\":\"7\"}",
        "{\"total_tokens\":-1}",
        "{\"total_tokens\":1e300}",
        "{\"total_tokens\":9007199254740994}",
        "{\"total_tokens\":{}}",
        "{\"completion_tokens\":true}",
        "{\"prompt_tokens_details\":7}",
        "{\"prompt_tokens_details\":{\"cached_tokens\":\"x\"}}",
        "{\"total_tokens\":1000000000000000000000000000000000000000000000000000000000000000000000}"
      })
  void malformedUsage_isToldAndCountsForNothing(String usage) {
    String body = "{\"object\":\"chat.completion\",\"usage\":" + usage + "}";
    for (int size : new int[] {1, 3, 1000}) {
      ResponseScanner json = scan(ResponseKind.JSON, body, size);
      assertThat(json.malformedUsage()).isTrue();
      assertThat(json.usage()).isEqualTo(Usage.NONE);
      ResponseScanner sse =
          scan(
              ResponseKind.SSE,
              "data: {\"usage\":{\"total_tokens\":4}}\n\ndata: " + body + "\n\n",
              size);
      assertThat(sse.malformedUsage()).isTrue();
      assertThat(sse.usage()).isEqualTo(new Usage(-1, -1, 4, -1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"total_tokens\":null}",
        "{\"prompt_tokens_details\":null}",
        "{\"x\":[{}]}"
      })
  void usageWithoutCounts_isNotMalformed(String usage) {
    ResponseScanner scanner = scan(ResponseKind.JSON, "{\"usage\":" + usage + "}", 2);
    assertThat(scanner.malformedUsage()).isFalse();
    assertThat(scanner.usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void usage_numbersInOtherForms_areRead() {
    assertUsage(
        ResponseKind.JSON,
        "{\"usage\":{\"prompt_tokens\":1e3,\"completion_tokens\":2.0,\"total_tokens\":0}}",
        new Usage(1000, 2, 0, -1));
    assertUsage(
        ResponseKind.JSON,
        "{\"usage\":{\"prompt_tokens\":999999999999999,\"completion_tokens\":1000000000000000,"
            + "\"total_tokens\":9007199254740992}}",
        new Usage(999_999_999_999_999L, 1_000_000_000_000_000L, 9_007_199_254_740_992L, -1));
  }

  private static void assertUsage(ResponseKind kind, String body, Usage usage) {
    for (int size = 1; size <= body.length(); size++) {
      ResponseScanner scanner = scan(kind, body, size);
      assertThat(scanner.usage()).as("pieces of %d", size).isEqualTo(usage);
      assertThat(scanner.malformedUsage()).isFalse();
    }
  }

  private static ResponseScanner scan(ResponseKind kind, String body, int size) {
    ResponseScanner scanner = new ResponseScanner(kind, null);
    for (BodySlice slice : Bodies.pieces(body.getBytes(UTF_8), size)) {
      scanner.accept(slice.bytes(), slice.offset(), slice.length(), false, (b, off, len) -> {});
    }
    scanner.accept(new byte[0], 0, 0, true, (b, off, len) -> {});
    return scanner;
  }
}
