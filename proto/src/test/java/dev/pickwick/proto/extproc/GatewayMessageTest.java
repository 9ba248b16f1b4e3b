package dev.pickwick.proto.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.pickwick.proto.extproc.GatewayMessage.Kind;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayMessageTest {

  @Test
  void header_rawValueAndValue_prefersTheFilledRawValue() {
    GatewayMessage message =
        headers(
            field("content-type", "", "application/json"),
            field(":path", "/v1/completions", ""),
            field("x-both", "text", "raw"));

    assertThat(message.kind()).isEqualTo(Kind.REQUEST_HEADERS);
    assertThat(message.header("content-type")).isEqualTo("application/json");
    assertThat(message.header(":path")).isEqualTo("/v1/completions");
    assertThat(message.header("x-both")).isEqualTo("raw");
  }

  @Test
  void header_nameInCapitals_isFoundByItsLowerCaseName() {
    GatewayMessage message = headers(field("X-Request-ID", "", "7"));

    assertThat(message.header("x-request-id")).isEqualTo("7");
    assertThat(message.headerName(0)).isEqualTo("X-Request-ID");
  }

  @Test
  void header_repeatedName_givesTheLast() {
    GatewayMessage message = headers(field("accept", "", "a"), field("Accept", "", "b"));

    assertThat(message.header("accept")).isEqualTo("b");
    assertThat(message.headerCount()).isEqualTo(2);
    assertThat(message.headerValue(0)).isEqualTo("a");
  }

  @Test
  void header_absent_isNull() {
    GatewayMessage message = headers(field("accept", "", "a"));

    assertThat(message.header("accepts")).isNull();
    assertThat(message.header("accepT")).isNull();
    assertThat(message.header("")).isNull();
    assertThat(message.hasHeader("accepts")).isFalse();
  }

  @Test
  void hasHeader_emptyValue_isPresent() {
    GatewayMessage message = headers(field("x-empty", "", ""));

    assertThat(message.hasHeader("x-empty")).isTrue();
    assertThat(message.header("x-empty")).isEmpty();
  }

  @Test
  void header_letterNeighboursOfTheAlphabet_areNotFolded() {
    GatewayMessage message = headers(field("@[", "", "value"));

    assertThat(message.hasHeader("@[")).isTrue();
    assertThat(message.hasHeader("`{")).isFalse();
  }

  @Test
  void header_valueLongerThanOneLengthByte_isReadWhole() {
    String value = "v".repeat(70_000);
    String name = "n".repeat(300);

    assertThat(headers(field(name, "", value)).header(name)).isEqualTo(value);
  }

  @Test
  void headerValue_noUtf8_isDecodedWithReplacement() {
    HeaderValue latin1 =
        HeaderValue.newBuilder()
            .setKey("x-name")
            .setRawValue(ByteString.copyFrom("größe", StandardCharsets.ISO_8859_1))
            .build();

    assertThat(headers(latin1).header("x-name")).isEqualTo("gr\ufffd\ufffde");
  }

  @Test
  void headerName_indexOutside_isRefused() {
    GatewayMessage message = headers(field("accept", "", "a"));

    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> message.headerName(1))
        .withMessage("header index: 1 (expected: 0 to below 1)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> message.headerValue(-1));
  }

  @Test
  void parse_manyHeaders_keepsAll() {
    HeaderMap.Builder map = HeaderMap.newBuilder();
    for (int i = 0; i < 100_000; i++) {
      map.addHeaders(field("name-" + i, "", "value-" + i));
    }
    GatewayMessage message = parse(request(map.build()));

    assertThat(message.headerCount()).isEqualTo(100_000);
    assertThat(message.header("name-0")).isEqualTo("value-0");
    assertThat(message.header("name-99999")).isEqualTo("value-99999");
  }

  @Test
  void parse_body_isASliceOfTheMessage() {
    ProcessingRequest request =
        ProcessingRequest.newBuilder()
            .setResponseBody(
                HttpBody.newBuilder()
                    .setBody(ByteString.copyFromUtf8("data: hi"))
                    .setEndOfStream(true))
            .build();
    byte[] bytes = request.toByteArray();
    GatewayMessage message = GatewayMessage.parse(bytes);

    assertThat(message.kind()).isEqualTo(Kind.RESPONSE_BODY);
    assertThat(message.endOfStream()).isTrue();
    assertThat(message.bytes()).isSameAs(bytes);
    assertThat(
            new String(bytes, message.bodyOffset(), message.bodyLength(), StandardCharsets.UTF_8))
        .isEqualTo("data: hi");
  }

  @Test
  void parse_trailers_haveFieldsAndNoEndFlag() {
    GatewayMessage message =
        parse(
            ProcessingRequest.newBuilder()
                .setRequestTrailers(
                    HttpTrailers.newBuilder()
                        .setTrailers(HeaderMap.newBuilder().addHeaders(field("sum", "", "1"))))
                .build());

    assertThat(message.kind()).isEqualTo(Kind.REQUEST_TRAILERS);
    assertThat(message.endOfStream()).isFalse();
    assertThat(message.header("sum")).isEqualTo("1");
  }

  @Test
  void parse_noBytes_isEmpty() {
    GatewayMessage message = GatewayMessage.parse(new byte[0]);

    assertThat(message.kind()).isEqualTo(Kind.EMPTY);
    assertThat(message.problem()).isNull();
  }

  @Test
  void parse_unknownMember_isEmpty() {
    assertThat(GatewayMessage.parse(hex("a206026869")).kind()).isEqualTo(Kind.EMPTY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2205                     | length 5 where 0 bytes are left at offset 1
          22020a05                 | length 5 where 0 bytes are left at offset 3
          22ffffffff0f             | negative length -1 at offset 1
          2280                     | number cut off at offset 1
          00                       | field number 0 at offset 0
          0e                       | wire type 6 at offset 1
          0f                       | wire type 7 at offset 1
          0c                       | end of a group that never began at offset 1
          0b                       | group 1 without end at offset 1
          0b14                     | end of group 2 inside group 1 at offset 2
          0d000000                 | 4 bytes where 3 are left at offset 1
          0900000000000000         | 8 bytes where 7 are left at offset 1
          50ffffffffffffffffffff01 | number longer than 10 bytes at offset 1
          """)
  void parse_broken_saysWhatAndWhere(String bytes, String problem) {
    GatewayMessage message = GatewayMessage.parse(hex(bytes));

    assertThat(message.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(message.problem()).isEqualTo(problem);
    assertThat(message).hasToString("MALFORMED(" + problem + ")");
  }

  @Test
  void parse_malformed_readsAsAbsent() {
    byte[] bytes = request(HeaderMap.newBuilder().addHeaders(field("a", "b", "")).build());
    GatewayMessage message = GatewayMessage.parse(Arrays.copyOf(bytes, bytes.length - 1));

    assertThat(message.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(message.headerCount()).isZero();
    assertThat(message.header("a")).isNull();
    assertThat(message.bodyLength()).isZero();
    assertThat(message.subsetHint()).isNull();
  }

  @Test
  void subsetHint_list_givesItsTexts() {
    GatewayMessage message =
        withMetadata(
            "envoy.lb.subset_hint",
            "x-gateway-destination-endpoint-subset",
            list(text("10.0.0.1:8000"), Value.newBuilder().setNumberValue(7).build(), text("b")));

    assertThat(message.subsetHint()).containsExactly("10.0.0.1:8000", "b");
  }

  @Test
  void subsetHint_emptyList_isEmpty() {
    assertThat(
            withMetadata("envoy.lb.subset_hint", "x-gateway-destination-endpoint-subset", list())
                .subsetHint())
        .isEmpty();
  }

  @Test
  void subsetHint_otherTypeOrPlace_isNull() {
    String key = "x-gateway-destination-endpoint-subset";

    assertThat(withMetadata("envoy.lb.subset_hint", key, text("a")).subsetHint()).isNull();
    assertThat(withMetadata("envoy.lb.subset_hint", "other", list()).subsetHint()).isNull();
    assertThat(withMetadata("envoy.lb", key, list()).subsetHint()).isNull();
  }

  @Test
  void servedEndpoint_isNotWhatWeAskedFor() {
    GatewayMessage served =
        withMetadata("envoy.lb", "x-gateway-destination-endpoint-served", text("10.0.0.1:8000"));
    GatewayMessage asked =
        withMetadata("envoy.lb", "x-gateway-destination-endpoint", text("[fd00::1]:8000"));

    assertThat(served.servedEndpoint()).isEqualTo("10.0.0.1:8000");
    assertThat(asked.servedEndpoint()).isNull();
  }

  @Test
  void parse_listsNestedToTheLimit_agreesWithGenerated() {
    for (int depth = 1; depth < 120; depth++) {
      Value value = text("core");
      for (int i = 0; i < depth; i++) {
        value = list(value);
      }
      assertDepth(value, depth);
    }
  }

  @Test
  void parse_structsNestedToTheLimit_agreesWithGenerated() {
    for (int depth = 1; depth < 120; depth++) {
      Value value = text("core");
      for (int i = 0; i < depth; i++) {
        value =
            Value.newBuilder().setStructValue(Struct.newBuilder().putFields("k", value)).build();
      }
      assertDepth(value, depth);
    }
  }

  @Test
  void parse_groupsNestedToTheLimit_agreesWithGenerated() {
    for (int depth = 1; depth < 120; depth++) {
      byte[] bytes = hex("0b".repeat(depth) + "0c".repeat(depth));
      assertThat(Optional.of(Readings.ours(bytes)))
          .as("depth %d", depth)
          .isEqualTo(Readings.generated(bytes));
    }
  }

  @Test
  void parse_nestedWithoutEnd_isMalformedAndNoStackOverflow() {
    byte[] bytes = new byte[1_000_000];
    Arrays.fill(bytes, (byte) 0x0b);

    assertThat(GatewayMessage.parse(bytes).problem())
        .isEqualTo("nested deeper than 100 levels at offset 101");
  }

  private static void assertDepth(Value value, int depth) {
    byte[] bytes = metadata("envoy.lb", "k", value).toByteArray();
    assertThat(Optional.of(Readings.ours(bytes)))
        .as("depth %d", depth)
        .isEqualTo(Readings.generated(bytes));
  }

  private static GatewayMessage headers(HeaderValue... fields) {
    return GatewayMessage.parse(
        request(HeaderMap.newBuilder().addAllHeaders(List.of(fields)).build()));
  }

  private static byte[] request(HeaderMap map) {
    return ProcessingRequest.newBuilder()
        .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map))
        .build()
        .toByteArray();
  }

  private static GatewayMessage parse(byte[] bytes) {
    return GatewayMessage.parse(bytes);
  }

  private static GatewayMessage parse(ProcessingRequest request) {
    return GatewayMessage.parse(request.toByteArray());
  }

  private static HeaderValue field(String key, String value, String rawValue) {
    return HeaderValue.newBuilder()
        .setKey(key)
        .setValue(value)
        .setRawValue(ByteString.copyFromUtf8(rawValue))
        .build();
  }

  private static GatewayMessage withMetadata(String namespace, String key, Value value) {
    return parse(metadata(namespace, key, value));
  }

  private static ProcessingRequest metadata(String namespace, String key, Value value) {
    return ProcessingRequest.newBuilder()
        .setMetadataContext(
            Metadata.newBuilder()
                .putFilterMetadata(namespace, Struct.newBuilder().putFields(key, value).build()))
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value list(Value... values) {
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(List.of(values)))
        .build();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
