package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseScannerTest {

  private static final Renaming RENAMING = new Renaming("vllm-backend-01", "gpt-4-proxy");

  @Test
  void json_modelAtTheTop_isRestored() {
    assertRestored(
        ResponseKind.JSON,
        "{\"object\":\"text_completion\",\"model\":\"vllm-backend-01\",\"choices\":[]}",
        "{\"object\":\"text_completion\",\"model\":\"gpt-4-proxy\",\"choices\":[]}");
    assertRestored(
        ResponseKind.JSON,
        "{ \"model\" :\n \"vllm-backend-01\" }",
        "{ \"model\" :\n \"gpt-4-proxy\" }");
  }

  @Test
  void json_escapedSpelling_isTheSameName() {
    assertRestored(
        ResponseKind.JSON,
        "{\"mod\\u0065l\":\"vllm\\u002dbackend\\u002d01\"}",
        "{\"mod\\u0065l\":\"gpt-4-proxy\"}");
  }

  @Test
  void sse_everyEvent_isRestored() {
    assertRestored(
        ResponseKind.SSE,
        """
        data: {"id":"1","model":"vllm-backend-01","choices":[{"delta":{"content":"a"}}]}

        data:{"id":"1","model":"vllm-backend-01"}\r
        \r
        event: x
        : {"model":"vllm-backend-01"}
        data: {"type":"response.created","response":{"model":"vllm-backend-01","output":[]}}

        data: [DONE]

        """,
        """
        data: {"id":"1","model":"gpt-4-proxy","choices":[{"delta":{"content":"a"}}]}

        data:{"id":"1","model":"gpt-4-proxy"}\r
        \r
        event: x
        : {"model":"vllm-backend-01"}
        data: {"type":"response.created","response":{"model":"gpt-4-proxy","output":[]}}

        data: [DONE]

        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"text\":\"\\\"model\\\":\\\"vllm-backend-01\\\"\"}]}",
        "{\"choices\":[{\"model\":\"vllm-backend-01\"}]}",
        "{\"response\":{\"model\":\"vllm-backend-01\"}}",
        "{\"model\":\"vllm-backend-012\"}",
        "{\"model\":\"vllm-backend-0\"}",
        "{\"model\":\"Vllm-backend-01\"}",
        "{\"model\":\"a name that is far longer than any spelling of the one that is looked for,"
            + " however it may be escaped, and that goes on and on\"}",
        "{\"model\":null}",
        "{\"model\":[\"vllm-backend-01\"]}",
        "{\"model\":{\"model\":\"vllm-backend-01\"}}",
        "[{\"model\":\"vllm-backend-01\"}]",
        "\"vllm-backend-01\"",
        "no healthy upstream",
        "{\"model\":\"vllm-back",
        "{\"model\":\"vllm-backend-01",
        "{\"model\":\"vllm\n-backend-01\"}",
        "{\"Model\":\"vllm-backend-01\"}",
        "",
        "{"
      })
  void json_anythingElse_passesUnchanged(String body) {
    assertRestored(ResponseKind.JSON, body, body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[{\"delta\":{\"content\":\"data:"
            + " {\\\"model\\\":\\\"vllm-backend-01\\\"}\"}}]}\n\n",
        "data: {\"model\":\"vllm-backend\n-01\"}\n\n",
        "data: {\"model\":\"vllm-backend-01\n\n",
        "data: {\"model\":\"vllm-backend-01",
        "datax: {\"model\":\"vllm-backend-01\"}\n\n",
        " data: {\"model\":\"vllm-backend-01\"}\n\n",
        "xdata: {\"model\":\"vllm-backend-01\"}\n\n",
        "data: [DONE]\n\n",
        "data\n\ndata:\n\n:\n",
        "data: x {\"model\":\"vllm-backend-01\"}"
      })
  void sse_anythingElse_passesUnchanged(String body) {
    assertRestored(ResponseKind.SSE, body, body);
  }

  @Test
  void sse_brokenLine_doesNotSpoilTheNext() {
    assertRestored(
        ResponseKind.SSE,
        "data: {\"model\":\"vllm-\ndata: {\"model\":\"vllm-backend-01\"}\n\n",
        "data: {\"model\":\"vllm-\ndata: {\"model\":\"gpt-4-proxy\"}\n\n");
  }

  @Test
  void opaque_anything_passesAsTheSameArray() {
    byte[] body = "{\"model\":\"vllm-backend-01\",\"usage\":{\"prompt_tokens\":1}}".getBytes(UTF_8);
    ResponseScanner scanner = new ResponseScanner(ResponseKind.OPAQUE, RENAMING);
    List<BodySlice> out = new ArrayList<>();
    scanner.accept(
        body, 0, body.length, true, (b, off, len) -> out.add(new BodySlice(b, off, len)));
    assertThat(out).containsExactly(BodySlice.of(body));
    assertThat(scanner.usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void accept_nameCutByTheEnd_holdsBackTheNameAlone() {
    byte[] body = "{\"choices\":[],\"model\":\"vllm-back".getBytes(UTF_8);
    ResponseScanner scanner = new ResponseScanner(ResponseKind.JSON, RENAMING);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    scanner.accept(body, 0, body.length, false, out::write);
    assertThat(out.toString(UTF_8)).isEqualTo("{\"choices\":[],\"model\":");
    scanner.accept(new byte[0], 0, 0, true, out::write);
    assertThat(out.toByteArray()).isEqualTo(body);
  }

  @Test
  void accept_endlessName_isNotHeldBack() {
    byte[] body = ("{\"model\":\"" + "x".repeat(1000)).getBytes(UTF_8);
    ResponseScanner scanner = new ResponseScanner(ResponseKind.JSON, RENAMING);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte each : body) {
      scanner.accept(new byte[] {each}, 0, 1, false, out::write);
    }
    assertThat(out.toByteArray()).isEqualTo(body);
  }

  @Test
  void accept_longBody_isHandedOnWithoutCopies() {
    byte[] body =
        ("{\"model\":\"vllm-backend-01\",\"text\":\"" + "x".repeat(10_000) + "\"}").getBytes(UTF_8);
    ResponseScanner scanner = new ResponseScanner(ResponseKind.JSON, RENAMING);
    List<byte[]> arrays = new ArrayList<>();
    scanner.accept(body, 0, body.length, true, (b, off, len) -> arrays.add(b));
    assertThat(arrays).hasSize(3);
    assertThat(arrays.getFirst()).isSameAs(body);
    assertThat(arrays.getLast()).isSameAs(body);
  }

  @Test
  void restored_nameWithQuotes_isEscaped() {
    assertThat(
            run(
                ResponseKind.JSON,
                new Renaming("a\"b", "c\\d"),
                Bodies.whole("{\"model\":\"a\\\"b\"}")))
        .isEqualTo("{\"model\":\"c\\\\d\"}");
  }

  @Test
  void json_randomBodies_equalTheTreeRenamed() throws Exception {
    Random random = new Random(5);
    ObjectMapper mapper = new ObjectMapper();
    Renaming renaming = new Renaming("qwen", "the \u00e9 name");
    RandomJson bodies = new RandomJson(random);
    int renamed = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = bodies.next();
      List<BodySlice> cut = Bodies.random(bytes, random);
      byte[] result = bytes(ResponseKind.JSON, renaming, cut);
      JsonNode tree = treeOf(mapper, new String(bytes, UTF_8));
      if (tree instanceof ObjectNode object) {
        if (object.path("model").asText().equals("qwen")) {
          object.put("model", "the \u00e9 name");
          renamed++;
        }
        assertThat(mapper.readTree(new String(result, UTF_8))).isEqualTo(object);
      }
      assertThat(bytes(ResponseKind.JSON, null, cut)).isEqualTo(bytes);
    }
    assertThat(renamed).isGreaterThan(200);
  }

  @Test
  void accept_randomNoise_passesWhole() {
    Random random = new Random(6);
    String letters = "{}[]\",:\\ \n\rmodelusagdt0123456789-.e";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder noise =
          new StringBuilder(random.nextBoolean() ? "data: {\"usage\":" : "{\"model\":");
      for (int i = random.nextInt(60); i > 0; i--) {
        noise.append(letters.charAt(random.nextInt(letters.length())));
      }
      byte[] bytes = noise.toString().getBytes(UTF_8);
      ResponseKind kind = random.nextBoolean() ? ResponseKind.SSE : ResponseKind.JSON;
      assertThat(bytes(kind, RENAMING, Bodies.random(bytes, random))).isEqualTo(bytes);
    }
  }

  /** From text, since the parser of bytes takes {@code mode\xFFl} for {@code model}. */
  private static @Nullable JsonNode treeOf(ObjectMapper mapper, String text) {
    try (var parser = mapper.createParser(text)) {
      JsonNode tree = mapper.readTree(parser);
      return parser.nextToken() == null ? tree : null;
    } catch (java.io.IOException e) {
      return null;
    }
  }

  /** At every split, byte by byte, and in one piece. */
  private static void assertRestored(ResponseKind kind, String body, String expected) {
    byte[] bytes = body.getBytes(UTF_8);
    assertThat(run(kind, RENAMING, Bodies.whole(body))).isEqualTo(expected);
    assertThat(run(kind, RENAMING, Bodies.pieces(bytes, 1))).isEqualTo(expected);
    for (int at = 0; at <= bytes.length; at++) {
      assertThat(run(kind, RENAMING, Bodies.split(bytes, at)))
          .as("split at %d", at)
          .isEqualTo(expected);
    }
    assertThat(run(kind, null, Bodies.pieces(bytes, 3))).isEqualTo(body);
  }

  private static String run(ResponseKind kind, @Nullable Renaming renaming, List<BodySlice> body) {
    return new String(bytes(kind, renaming, body), UTF_8);
  }

  private static byte[] bytes(
      ResponseKind kind, @Nullable Renaming renaming, List<BodySlice> body) {
    ResponseScanner scanner = new ResponseScanner(kind, renaming);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (BodySlice slice : body) {
      scanner.accept(slice.bytes(), slice.offset(), slice.length(), false, out::write);
    }
    scanner.accept(new byte[0], 0, 0, true, out::write);
    return out.toByteArray();
  }
}
