package dev.pickwick.benchmarks.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with the generated classes. */
class RepliesTest {
  private final Piece piece = new Piece();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 127, 128, 16_000, 62_000})
  void body_ofAnyLength_isWhatTheGeneratedClassesRead(int length) throws IOException {
    byte[] bytes = new byte[length + 5];
    new SplittableRandom(length).nextBytes(bytes);

    for (boolean end : new boolean[] {false, true}) {
      byte[] request = Replies.body(Replies.REQUEST_BODY, bytes, 3, length, end);
      byte[] response = Replies.body(Replies.RESPONSE_BODY, bytes, 3, length, end);

      StreamedBodyResponse expected =
          StreamedBodyResponse.newBuilder()
              .setBody(ByteString.copyFrom(bytes, 3, length))
              .setEndOfStream(end)
              .build();
      ProcessingResponse read = ProcessingResponse.parseFrom(request);
      assertThat(read.getRequestBody().getResponse().getBodyMutation().getStreamedResponse())
          .isEqualTo(expected);
      read = ProcessingResponse.parseFrom(response);
      assertThat(read.getResponseBody().getResponse().getBodyMutation().getStreamedResponse())
          .isEqualTo(expected);

      piece.ofReply(request);
      assertThat(piece.length()).isEqualTo(length);
      assertThat(piece.end()).isEqualTo(end);
      assertThat(Arrays.copyOfRange(request, piece.offset(), piece.offset() + length))
          .isEqualTo(Arrays.copyOfRange(bytes, 3, 3 + length));
    }
  }

  @Test
  void destination_standsInHeaderAndMetadata() throws IOException {
    ProcessingResponse read = ProcessingResponse.parseFrom(Replies.destination("10.0.0.1:8000"));

    HeaderValueOption header =
        read.getRequestHeaders().getResponse().getHeaderMutation().getSetHeaders(0);
    assertThat(header.getHeader().getRawValue().toStringUtf8()).isEqualTo("10.0.0.1:8000");
    assertThat(read.getDynamicMetadata().toString()).contains("envoy.lb", "10.0.0.1:8000");
    assertThat(ProcessingResponse.parseFrom(Replies.responseHeaders()).hasResponseHeaders())
        .isTrue();
  }

  @Test
  void ofRequest_withMetadataBeforeAndAfter_findsTheBody() throws IOException {
    byte[] message =
        ProcessingRequest.newBuilder()
            .setResponseBody(
                HttpBody.newBuilder()
                    .setBody(ByteString.copyFromUtf8("hello"))
                    .setEndOfStream(true))
            .putAttributes("a", Struct.getDefaultInstance())
            .build()
            .toByteArray();

    piece.ofRequest(message);

    assertThat(new String(message, piece.offset(), piece.length(), UTF_8)).isEqualTo("hello");
    assertThat(piece.end()).isTrue();
  }

  @Test
  void piece_hostileBytes_areRefused() throws Exception {
    byte[] whole = Replies.body(Replies.REQUEST_BODY, new byte[300], 0, 300, true);
    for (int length = 0; length < 12; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> piece.ofReply(cut)).isInstanceOf(IOException.class);
    }
    byte[] endless = {0x1a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    assertThatThrownBy(() -> piece.ofReply(endless)).isInstanceOf(IOException.class);
    assertThat(Piece.kind(new byte[0])).isZero();
  }
}
