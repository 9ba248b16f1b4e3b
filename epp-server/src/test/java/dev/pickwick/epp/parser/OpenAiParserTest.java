package dev.pickwick.epp.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.body.Bodies;
import dev.pickwick.epp.body.BodySlice;
import dev.pickwick.epp.parser.ParseResult.Invalid;
import dev.pickwick.epp.parser.ParseResult.Parsed;
import dev.pickwick.scheduler.prompt.PromptChain;
import dev.pickwick.scheduler.prompt.PromptHasher;
import dev.pickwick.scheduler.prompt.PromptHashing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiParserTest {

  private static final String COMPLETIONS = "/v1/completions";
  private static final String CHAT = "/v1/chat/completions";
  private static final String NO_PROMPT = "invalid completions request: must have prompt field";
  private static final String NO_MESSAGES =
      "invalid chat completions request: must have valid messages field";
  private static final String NO_INPUT = "invalid responses request: must have input field";
  private static final String NO_ITEMS = "invalid conversations request: must have items field";
  private static final String NOTHING_TO_EMBED =
      "invalid embeddings request: must have input field";

  @ParameterizedTest
  @CsvSource({
    "/v1/completions, COMPLETIONS",
    "/v1/chat/completions, CHAT_COMPLETIONS",
    "/v1/responses, RESPONSES",
    "/v1/conversations, CONVERSATIONS",
    "/v1/embeddings, EMBEDDINGS",
    "/prefix/openai/v1/chat/completions, CHAT_COMPLETIONS",
    "/v1/chat/completions?api-version=2026-01-01, CHAT_COMPLETIONS",
    "/v1/chat/completions/, CHAT_COMPLETIONS",
    "/v1/responses//?a=/v1/embeddings, RESPONSES",
    "/V1/CHAT/COMPLETIONS, COMPLETIONS",
    "/v1/xresponses, COMPLETIONS",
    "/custom/generate, COMPLETIONS",
    "?, COMPLETIONS",
    "/, COMPLETIONS"
  })
  void api_isChosenByTheEndOfThePath(String path, OpenAiApi api) {
    assertThat(OpenAiApi.forPath(path)).isEqualTo(api);
  }

  @Test
  void path_firstHeaderThatHasOne_counts() {
    String chat = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    assertParsed(parse(Map.of("x-original-path", CHAT), chat));
    assertParsed(parse(Map.of("x-forwarded-path", CHAT), chat));
    assertParsed(parse(Map.of(":path", "", "x-original-path", CHAT), chat));
    assertInvalid(parse(Map.of(":path", COMPLETIONS, "x-original-path", CHAT), chat), NO_PROMPT);
    assertInvalid(parse(Map.of(), chat), NO_PROMPT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"p\"", "[\"a\"]", "[\"p1\",\"p2\"]", "[\"\"]", "\"\\n\""})
  void completions_usablePrompt_isParsed(String prompt) {
    assertParsed(parse(COMPLETIONS, "{\"model\":\"m\",\"prompt\":" + prompt + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"\"", "[]", "5", "[1,2]", "[[\"a\"]]", "[\"a\",1]", "null", "{}", "true"})
  void completions_unusablePrompt_isRefused(String prompt) {
    assertInvalid(parse(COMPLETIONS, "{\"model\":\"m\",\"prompt\":" + prompt + "}"), NO_PROMPT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{}]",
        "[{\"role\":\"user\",\"content\":\"hi\"}]",
        "[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]}]",
        "[{\"role\":\"user\",\"content\":[]}]",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"},"
            + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://models.example/cat.png\"}},"
            + "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}},"
            + "{\"type\":\"video_url\",\"video_url\":{\"url\":\"https://models.example/cat.mp4\"}}]}]"
      })
  void chat_usableMessages_areParsed(String messages) {
    assertParsed(parse(CHAT, "{\"model\":\"m\",\"messages\":" + messages + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"messages\":[]",
        "\"messages\":\"hi\"",
        "\"messages\":null",
        "\"messages\":{}",
        "\"messages\":[\"hi\"]",
        "\"messages\":[{\"role\":1}]",
        "\"messages\":[{\"content\":1}]",
        "\"messages\":[{\"content\":{}}]",
        "\"messages\":[{\"content\":[\"hi\"]}]",
        "\"messages\":[{\"content\":[{\"type\":1}]}]",
        "\"messages\":[{\"content\":[{\"text\":[]}]}]",
        "\"messages\":[{\"content\":[{\"image_url\":\"u\"}]}]",
        "\"messages\":[{\"content\":[{\"image_url\":{\"url\":1}}]}]",
        "\"messages\":[{\"content\":[{\"input_audio\":{\"format\":1}}]}]",
        "\"messages\":[{}],\"tools\":{}",
        "\"messages\":[{}],\"documents\":\"d\"",
        "\"messages\":[{}],\"chat_template\":1",
        "\"messages\":[{}],\"return_assistant_tokens_mask\":\"true\"",
        "\"messages\":[{}],\"continue_final_message\":1",
        "\"messages\":[{}],\"add_generation_prompt\":{}",
        "\"messages\":[{}],\"chat_template_kwargs\":[]",
        "\"messages\":[{}],\"cache_salt\":1",
        "\"prompt\":\"p\""
      })
  void chat_unusableMessagesOrTypedFields_areRefused(String members) {
    assertInvalid(parse(CHAT, "{\"model\":\"m\"," + members + "}"), NO_MESSAGES);
  }

  @Test
  void chat_nullInTypedFields_isAbsence() {
    assertParsed(
        parse(
            CHAT,
            "{\"model\":\"m\",\"messages\":[{\"role\":null,\"content\":[{\"image_url\":null}]}],"
                + "\"tools\":null,\"chat_template_kwargs\":null,\"add_generation_prompt\":null}"));
  }

  @Test
  void responsesAndEmbeddings_anyInputButNull_isParsed() {
    for (String path : List.of("/v1/responses", "/v1/embeddings")) {
      for (String input : List.of("\"\"", "\"hi\"", "[]", "[1]", "0", "false", "{}")) {
        assertParsed(parse(path, "{\"model\":\"m\",\"input\":" + input + "}"));
      }
    }
    assertInvalid(parse("/v1/responses", "{\"model\":\"m\",\"prompt\":\"p\"}"), NO_INPUT);
    assertInvalid(parse("/v1/responses", "{\"model\":\"m\",\"input\":null}"), NO_INPUT);
    assertInvalid(parse("/v1/embeddings", "{\"model\":\"m\"}"), NOTHING_TO_EMBED);
    assertInvalid(parse("/v1/embeddings", "{\"model\":\"m\",\"input\":null}"), NOTHING_TO_EMBED);
  }

  @Test
  void conversations_needObjectsAsItems() {
    String path = "/v1/conversations";
    assertParsed(parse(path, "{\"model\":\"m\",\"items\":[{\"type\":\"message\",\"content\":1}]}"));
    for (String items :
        List.of("[]", "null", "\"x\"", "[1]", "[{\"type\":1}]", "[{\"role\":[]}]")) {
      assertInvalid(parse(path, "{\"model\":\"m\",\"items\":" + items + "}"), NO_ITEMS);
    }
    assertInvalid(parse(path, "{\"model\":\"m\",\"items\":[{}],\"metadata\":[]}"), NO_ITEMS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"prompt\":\"p\"}",
        "{\"model\":null,\"prompt\":\"p\"}",
        "{\"model\":42,\"prompt\":\"p\"}",
        "{\"model\":{},\"prompt\":\"p\"}",
        "{\"MODEL\":\"m\",\"prompt\":\"p\"}"
      })
  void model_missingOrNoText_isRefused(String body) {
    assertInvalid(parse(COMPLETIONS, body), "model not found in request body");
  }

  @Test
  void model_missing_structureIsToldFirst() {
    assertInvalid(parse(COMPLETIONS, "{}"), NO_PROMPT);
  }

  @Test
  void model_emptyText_isAccepted() {
    assertThat(assertParsed(parse(COMPLETIONS, "{\"model\":\"\",\"prompt\":\"p\"}")).model())
        .isEmpty();
  }

  @Test
  void model_longerThan1024Bytes_isRefusedOnBothRoads() {
    String tooLong = "invalid model: must not be longer than 1024 bytes";
    for (String prompt : List.of("\"prompt\":\"p\"", "\"pr\\u006fmpt\":\"p\"")) {
      for (String name : List.of("n".repeat(1_024), "\u00e9".repeat(512))) {
        Parsed parsed =
            assertParsed(parse(COMPLETIONS, "{\"model\":\"" + name + "\"," + prompt + "}"));
        assertThat(parsed.model()).isEqualTo(name);
        assertInvalid(parse(COMPLETIONS, "{\"model\":\"" + name + "n\"," + prompt + "}"), tooLong);
      }
      String huge = "n".repeat(1_000_000);
      assertInvalid(parse(COMPLETIONS, "{\"model\":\"" + huge + "\"," + prompt + "}"), tooLong);
    }
  }

  @Test
  void cacheSalt_ofAnyLength_isToldApartAndNotKept() {
    String salt = "s".repeat(100_000);
    Parsed one =
        assertParsed(
            parse(
                COMPLETIONS,
                "{\"model\":\"m\",\"prompt\":\"p\",\"cache_salt\":\"" + salt + "1\"}"));
    Parsed same =
        assertParsed(
            parse(
                COMPLETIONS,
                "{\"model\":\"m\",\"pr\\u006fmpt\":\"p\",\"cache_salt\":\"" + salt + "1\"}"));
    Parsed other =
        assertParsed(
            parse(
                COMPLETIONS,
                "{\"model\":\"m\",\"prompt\":\"p\",\"cache_salt\":\"" + salt + "2\"}"));

    assertThat(one.cacheSalt()).hasSizeLessThan(5_000).isEqualTo(same.cacheSalt());
    assertThat(other.cacheSalt()).isNotEqualTo(one.cacheSalt());
  }

  @Test
  void body_notAnObject_isRefusedInGosWords() {
    String prefix = "error unmarshaling request bodyMap: ";
    String into = " into Go value of type map[string]interface {}";
    assertInvalid(
        parse(COMPLETIONS, "no healthy upstream"),
        prefix + "invalid character 'o' in literal null (expecting 'u')");
    assertInvalid(parse(COMPLETIONS, ""), prefix + "unexpected end of JSON input");
    assertInvalid(parse(COMPLETIONS, "[{}]"), prefix + "json: cannot unmarshal array" + into);
    assertInvalid(parse(COMPLETIONS, "\"x\""), prefix + "json: cannot unmarshal string" + into);
    assertInvalid(parse(COMPLETIONS, "12"), prefix + "json: cannot unmarshal number" + into);
    assertInvalid(parse(COMPLETIONS, "true"), prefix + "json: cannot unmarshal bool" + into);
    assertInvalid(parse(COMPLETIONS, " false "), prefix + "json: cannot unmarshal bool" + into);
    assertInvalid(
        parse(COMPLETIONS, "{\"model\":\"m\",\"prompt\":\"p\"}{\"model\":\"other\"}"),
        prefix + "invalid character '{' after top-level value");
  }

  @Test
  void body_null_isAnEmptyObject() {
    assertInvalid(parse(COMPLETIONS, "null"), NO_PROMPT);
    assertInvalid(parse(CHAT, "null"), NO_MESSAGES);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false", "1, false", "null, false", "'\"true\"', false"})
  void stream_onlyTrue_streams(String value, boolean streaming) {
    Parsed parsed =
        assertParsed(
            parse(COMPLETIONS, "{\"model\":\"m\",\"prompt\":\"p\",\"stream\":" + value + "}"));
    assertThat(parsed.streaming()).isEqualTo(streaming);
  }

  @Test
  void withModel_changesTheNameAlone() {
    String body = "{\"prompt\":\"the \\\"model\\\":\\\"qwen\\\"\", \"model\" : \"qwen\" }";
    Parsed parsed = assertParsed(parse(COMPLETIONS, body));
    assertThat(Bodies.text(parsed.withModel(Bodies.whole(body), "qwen-7b")))
        .isEqualTo(body.replace(": \"qwen\"", ": \"qwen-7b\""));
  }

  @Test
  void chain_dependsOnModelSaltToolsAndPrompt() {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(100) + "\"}]";
    PromptChain plain = chain(messages);
    assertThat(plain.length()).isEqualTo(2);
    assertThat(chain("\"temperature\":0.5," + messages)).isEqualTo(plain);
    assertThat(chain("\"cache_salt\":\"s\"," + messages)).isNotEqualTo(plain);
    assertThat(chain("\"tools\":[{}]," + messages)).isNotEqualTo(plain);
    Parsed parsed = assertParsed(parse(CHAT, "{\"model\":\"m\"," + messages + "}"));
    assertThat(parsed.chain("other")).isNotEqualTo(plain);
  }

  @Test
  void responses_haveNoChainYet() {
    Parsed parsed =
        assertParsed(
            parse("/v1/responses", "{\"model\":\"m\",\"input\":\"" + "x".repeat(1000) + "\"}"));
    assertThat(parsed.chain("m")).isSameAs(PromptChain.EMPTY);
  }

  @Test
  void passthrough_anything_isParsedAndForwardedAsItIs() {
    List<BodySlice> body = Bodies.whole("\u0000 not json");
    BodyReader reader = new PassthroughParser().open(name -> null, hasher());
    body.forEach(slice -> reader.accept(slice.bytes(), slice.offset(), slice.length()));
    Parsed parsed = assertParsed(reader.finish(body));
    assertThat(parsed.model()).isNull();
    assertThat(parsed.chain("m")).isSameAs(PromptChain.EMPTY);
    assertThat(parsed.withModel(body, "other")).isSameAs(body);
  }

  private static PromptChain chain(String members) {
    return assertParsed(parse(CHAT, "{\"model\":\"m\"," + members + "}")).chain("m");
  }

  private static Parsed assertParsed(ParseResult result) {
    assertThat(result).isInstanceOf(Parsed.class);
    return (Parsed) result;
  }

  private static void assertInvalid(ParseResult result, String message) {
    assertThat(result).isEqualTo(new Invalid(message));
  }

  private static ParseResult parse(String path, String body) {
    return parse(Map.of(":path", path), body);
  }

  private static ParseResult parse(Map<String, String> headers, String text) {
    BodyReader reader = new OpenAiParser().open(headers::get, hasher());
    List<BodySlice> body = Bodies.whole(text);
    body.forEach(slice -> reader.accept(slice.bytes(), slice.offset(), slice.length()));
    return reader.finish(body);
  }

  private static PromptHasher hasher() {
    return new PromptHasher(new PromptHashing(64, 256));
  }
}
