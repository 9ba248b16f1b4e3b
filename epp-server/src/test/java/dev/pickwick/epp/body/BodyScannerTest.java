package dev.pickwick.epp.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pickwick.epp.body.ScanResult.Malformed;
import dev.pickwick.epp.body.ScanResult.Required;
import dev.pickwick.epp.body.ScanResult.Scanned;
import dev.pickwick.epp.body.Shape.Field;
import dev.pickwick.epp.body.Shape.Role;
import dev.pickwick.epp.parser.ApiShapes;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHasher;
import dev.pickwick.scheduler.prompt.PromptHashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BodyScannerTest {

  private static final Shape BLOCK =
      Shape.object(
          Field.typed("type", Shape.TEXT),
          Field.typed("text", Shape.TEXT),
          Field.typed("image_url", Shape.object(Field.typed("url", Shape.TEXT))));
  private static final Shape CHAT =
      Shape.object(
          Field.of(
              Role.MESSAGES,
              "messages",
              Shape.arrayOf(
                  Shape.object(
                      Field.typed("role", Shape.TEXT),
                      Field.typed("content", Shape.textOrArrayOf(BLOCK))))),
          Field.of(Role.TOOLS, "tools", Shape.ARRAY),
          Field.generic(Role.MODEL, "model"),
          Field.generic(Role.STREAM, "stream"),
          Field.of(Role.CACHE_SALT, "cache_salt", Shape.TEXT));
  private static final Shape COMPLETIONS =
      Shape.object(
          Field.of(Role.PROMPT, "prompt", Shape.textOrArrayOf(Shape.TEXT)),
          Field.generic(Role.MODEL, "model"),
          Field.generic(Role.STREAM, "stream"),
          Field.of(Role.CACHE_SALT, "cache_salt", Shape.TEXT));

  @Test
  void finish_randomBodies_equalsLibraryScan() {
    Random random = new Random(42);
    RandomJson bodies = new RandomJson(random);
    List<Shape> shapes = new ArrayList<>(ApiShapes.all());
    shapes.add(CHAT);
    shapes.add(COMPLETIONS);
    int valid = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] bytes = bodies.next();
      Shape shape = shapes.get(random.nextInt(shapes.size()));
      PromptHashing hashing = new PromptHashing(random.nextBoolean() ? 3 : 32, 4);
      PromptHasher own = new PromptHasher(hashing);
      PromptHasher library = new PromptHasher(hashing);
      ScanResult result = scan(shape, own, Bodies.random(bytes, random));
      ScanResult expected = LibraryScan.scan(shape, Bodies.random(bytes, random), library);
      String body = new String(bytes, UTF_8);
      if (!(expected instanceof Scanned scanned)) {
        assertThat(result).as(body).isInstanceOf(Malformed.class);
      } else if (!scanned.wellTyped()) {
        assertThat(result).as(body).isInstanceOf(Scanned.class);
        assertThat(((Scanned) result).wellTyped()).as(body).isFalse();
      } else {
        valid++;
        assertThat(result).as(body).isEqualTo(expected);
        assertThat(chain(own)).as(body).isEqualTo(chain(library));
      }
    }
    assertThat(valid).isGreaterThan(10_000);
  }

  @Test
  void finish_randomBodies_equalsTree() throws Exception {
    Random random = new Random(43);
    RandomJson bodies = new RandomJson(random);
    ObjectMapper mapper = new ObjectMapper();
    int models = 0;
    int prompts = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = bodies.next();
      PromptHasher hasher = hasher();
      ScanResult result = scan(COMPLETIONS, hasher, Bodies.random(bytes, random));
      if (!(result instanceof Scanned scanned) || !scanned.wellTyped() || !isUtf8(bytes)) {
        continue;
      }
      JsonNode tree = mapper.readTree(bytes);
      String model = scanned.model();
      assertThat(model == null).isEqualTo(!tree.path("model").isTextual());
      if (model != null) {
        models++;
        assertThat(model).isEqualTo(decoded(tree.get("model")));
        int length = scanned.modelEnd() - scanned.modelStart();
        String raw = new String(bytes, scanned.modelStart(), length, UTF_8);
        assertThat(decoded(mapper.readTree(raw))).isEqualTo(model);
      }
      List<JsonNode> found =
          tree.propertyStream()
              .filter(member -> member.getKey().equalsIgnoreCase("prompt"))
              .map(Map.Entry::getValue)
              .toList();
      if (found.size() == 1) {
        prompts++;
        assertThat(chain(hasher)).isEqualTo(chainOf(promptOf(found.getFirst())));
      }
    }
    assertThat(models).isGreaterThan(2_000);
    assertThat(prompts).isGreaterThan(2_000);
  }

  @Test
  void accept_everySplit_findsTheSame() {
    String body =
        "{\"stream\" : true,\"model\":\"qu\\u00e9"
            + " \\ud83d\\ude00\",\"messages\":[{\"role\":\"user\",\"content\":\"\u00e9\u6f22\ud83d\ude00"
            + " \\n"
            + "\"}],\"tools\":[1.5e+3, {} ],\"cache_salt\":\"s\"}";
    byte[] bytes = body.getBytes(UTF_8);
    PromptHasher whole = hasher();
    ScanResult expected = scan(CHAT, whole, Bodies.whole(body));
    assertThat(expected)
        .isInstanceOfSatisfying(
            Scanned.class,
            scanned -> {
              assertThat(scanned.model()).isEqualTo("qu\u00e9 \ud83d\ude00");
              assertThat(scanned.streaming()).isTrue();
              assertThat(scanned.cacheSalt()).isEqualTo("s");
              assertThat(scanned.toolsHash()).isNotZero();
              assertThat(scanned.required()).isEqualTo(Required.PRESENT);
            });
    for (int at = 0; at <= bytes.length; at++) {
      PromptHasher hasher = hasher();
      assertThat(scan(CHAT, hasher, Bodies.split(bytes, at))).isEqualTo(expected);
      assertThat(chain(hasher)).isEqualTo(chain(whole));
    }
    PromptHasher hasher = hasher();
    assertThat(scan(CHAT, hasher, Bodies.pieces(bytes, 1))).isEqualTo(expected);
    assertThat(chain(hasher)).isEqualTo(chain(whole));
  }

  @Test
  void prompt_withEscapes_isHashedAsText() {
    assertThat(promptChain("\"a\\u00e9\\n\\ud83d\\ude00\\ud83d!\""))
        .isEqualTo(chainOf("a\u00e9\n\ud83d\ude00\ufffd!"));
  }

  @Test
  void prompt_severalStrings_areJoinedByOneSpace() {
    assertThat(promptChain("[\"first\", \"second\",\"\", null ]"))
        .isEqualTo(chainOf("first second  "));
    assertThat(promptChain("[ \"\" , \"x\\u0079\" ]")).isEqualTo(chainOf(" xy"));
  }

  @Test
  void messages_whiteSpaceOutsideStrings_doesNotMatter() {
    PromptHasher spaced = hasher();
    scan(CHAT, spaced, Bodies.whole("{\"messages\": [ {\"role\" :\n\"a b\\\" c\"} ] }"));
    assertThat(chain(spaced)).isEqualTo(chainOf("[{\"role\":\"a b\\\" c\"}]"));
  }

  @Test
  void tools_whiteSpaceOutsideStrings_doesNotMatter() {
    long compact = toolsHash("{\"tools\":[{\"name\":\"f g\"}],\"messages\":[]}");
    assertThat(toolsHash("{\"messages\":[],\"tools\" : [ {\"name\" : \"f g\"} ] }"))
        .isEqualTo(compact)
        .isNotZero();
    assertThat(toolsHash("{\"tools\":[{\"name\":\"fg\"}]}")).isNotEqualTo(compact);
    assertThat(toolsHash("{\"tools\":null}")).isZero();
    assertThat(toolsHash("{}")).isZero();
  }

  @Test
  void orderOfKeys_doesNotMatter() {
    PromptHasher first = hasher();
    PromptHasher last = hasher();
    scan(COMPLETIONS, first, Bodies.whole("{\"model\":\"m\",\"prompt\":\"one prompt\"}"));
    scan(COMPLETIONS, last, Bodies.whole("{\"prompt\":\"one prompt\",\"model\":\"m\"}"));
    assertThat(chain(first)).isEqualTo(chain(last));
  }

  @Test
  void duplicateKeys_lastCounts() {
    String body =
        "{\"model\":\"first\",\"prompt\":\"one\",\"stream\":true,\"prompt\":\"two\",\"model\":\"last\","
            + "\"stream\":false}";
    PromptHasher hasher = hasher();
    Scanned scanned = scanned(COMPLETIONS, hasher, body);
    assertThat(scanned.model()).isEqualTo("last");
    assertThat(body.substring(scanned.modelStart(), scanned.modelEnd())).isEqualTo("\"last\"");
    assertThat(scanned.streaming()).isFalse();
    assertThat(chain(hasher)).isEqualTo(chainOf("two"));
  }

  @Test
  void duplicateModel_lastIsNull_countsAsMissing() {
    assertThat(scanned(COMPLETIONS, hasher(), "{\"model\":\"m\",\"model\":null}").model()).isNull();
  }

  @Test
  void escapedKey_isTheKeyItSpells() {
    Scanned scanned =
        scanned(COMPLETIONS, hasher(), "{\"mod\\u0065l\":\"m\",\"\\u0070rompt\":\"p\"}");
    assertThat(scanned.model()).isEqualTo("m");
    assertThat(scanned.required()).isEqualTo(Required.PRESENT);
  }

  @Test
  void escapedKey_spellingTheBytesOfAnother_isNotThatOne() {
    String body = "{\"messages\":[{}],\"me\\u00c5\\u00bf\\u00c5\\u00bfages\":5,\"model\":\"m\"}";
    assertThat(scanned(CHAT, hasher(), body).wellTyped()).isTrue();
  }

  @Test
  void key_partlyEscaped_isTheKeyItSpells() {
    for (String key : List.of("me\u017F\\u017fages", "me\\u017f\u017F\\u0061ges")) {
      assertThat(scanned(CHAT, hasher(), "{\"" + key + "\":[{}]}").required())
          .as(key)
          .isEqualTo(Required.PRESENT);
      byte[] bytes = ("{\"x\":[{\"k\u00e9y\":1}],\"" + key + "\":[{}]}").getBytes(UTF_8);
      for (int at = 0; at <= bytes.length; at++) {
        assertThat(scan(CHAT, hasher(), Bodies.split(bytes, at)))
            .isInstanceOfSatisfying(
                Scanned.class,
                scanned -> assertThat(scanned.required()).isEqualTo(Required.PRESENT));
      }
    }
  }

  @Test
  void typedKeyInOtherCase_counts_genericOneDoesNot() {
    Scanned scanned =
        scanned(COMPLETIONS, hasher(), "{\"Model\":\"m\",\"PROMPT\":\"p\",\"Stream\":true}");
    assertThat(scanned.model()).isNull();
    assertThat(scanned.streaming()).isFalse();
    assertThat(scanned.required()).isEqualTo(Required.PRESENT);
    assertThat(scanned(CHAT, hasher(), "{\"me\u017F\u017Fages\":[{}]}").required())
        .isEqualTo(Required.PRESENT);
    assertThat(scanned(CHAT, hasher(), "{\"messages\":[{\"Role\":5}]}").wellTyped()).isFalse();
  }

  @Test
  void wrongType_inAnyDuplicate_spoilsTheRequest() {
    assertThat(scanned(COMPLETIONS, hasher(), "{\"prompt\":5,\"prompt\":\"p\"}").wellTyped())
        .isFalse();
  }

  @Test
  void nesting_upToTenThousand_isRead() {
    String inside = "[".repeat(9_999) + "]".repeat(9_999);
    assertThat(scanned(COMPLETIONS, hasher(), "{\"x\":" + inside + ",\"model\":\"m\"}").model())
        .isEqualTo("m");
    assertThat(scan(COMPLETIONS, hasher(), Bodies.whole("{\"x\":[" + inside + "]}")))
        .isEqualTo(new Malformed("invalid character '[' exceeded max depth"));
  }

  @Test
  void veryLongKey_isNoKnownKey() {
    String key = "k".repeat(100_000);
    String escaped = "\\u006b".repeat(10_000);
    Scanned scanned =
        scanned(COMPLETIONS, hasher(), "{\"" + key + "\":1,\"" + escaped + "\":2,\"model\":\"m\"}");
    assertThat(scanned.model()).isEqualTo("m");
  }

  @Test
  void bytesThatAreNotUtf8_passInsideStrings() {
    byte[] body = "{\"model\":\"m\",\"prompt\":\"a?b\"}".getBytes(UTF_8);
    body[24] = (byte) 0xFF;
    assertThat(scan(COMPLETIONS, hasher(), List.of(BodySlice.of(body))))
        .isInstanceOf(Scanned.class);
  }

  @Test
  void endOfPlainText_everyByteAtEveryPlace_isFound() {
    for (int value = 0; value < 256; value++) {
      for (int place = 0; place < 20; place++) {
        byte[] b = new byte[24];
        Arrays.fill(b, (byte) ((value ^ 0x80) | 0x60));
        b[place] = (byte) value;
        boolean stops = value == '"' || value == '\\' || value < ' ';
        int stop = JsonBytes.endOfPlainText(b, 0, b.length);
        assertThat(stop).as("%d at %d", value, place).isEqualTo(stops ? place : b.length);
      }
    }
  }

  @Test
  void endOfLine_everyByteAtEveryPlace_isFound() {
    for (int value = 0; value < 256; value++) {
      for (int place = 0; place < 20; place++) {
        byte[] b = new byte[24];
        Arrays.fill(b, (byte) ((value ^ 0x80) | 0x60));
        b[place] = (byte) value;
        boolean stops = value == '\n' || value == '\r';
        int stop = JsonBytes.endOfLine(b, 0, b.length);
        assertThat(stop).as("%d at %d", value, place).isEqualTo(stops ? place : b.length);
      }
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    return Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
  }

  private static String promptOf(JsonNode prompt) {
    return prompt.isArray()
        ? prompt.valueStream().map(BodyScannerTest::decoded).collect(Collectors.joining(" "))
        : decoded(prompt);
  }

  /** The text, its lone surrogates replaced as Go does it; nothing for null. */
  private static String decoded(JsonNode text) {
    StringBuilder result = new StringBuilder();
    (text.isNull() ? "" : text.asText())
        .codePoints()
        .map(point -> point >= 0xD800 && point < 0xE000 ? 0xFFFD : point)
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  private static long toolsHash(String body) {
    return scanned(CHAT, hasher(), body).toolsHash();
  }

  private static PromptChain promptChain(String value) {
    PromptHasher hasher = hasher();
    scan(COMPLETIONS, hasher, Bodies.whole("{\"prompt\":" + value + "}"));
    return chain(hasher);
  }

  private static PromptChain chainOf(String text) {
    PromptHasher hasher = hasher();
    byte[] bytes = text.getBytes(UTF_8);
    hasher.update(bytes, 0, bytes.length);
    return chain(hasher);
  }

  private static PromptHasher hasher() {
    return new PromptHasher(new PromptHashing(1, 1000));
  }

  private static PromptChain chain(PromptHasher hasher) {
    return hasher.chain(new byte[] {'m'}, null, 0);
  }

  private static Scanned scanned(Shape shape, PromptHasher hasher, String body) {
    return (Scanned) scan(shape, hasher, Bodies.whole(body));
  }

  private static ScanResult scan(Shape shape, PromptHasher hasher, List<BodySlice> body) {
    BodyScanner scanner = new BodyScanner(shape, hasher);
    for (BodySlice slice : body) {
      scanner.accept(slice.bytes(), slice.offset(), slice.length());
    }
    return scanner.finish(body);
  }
}
