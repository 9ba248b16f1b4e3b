package dev.pickwick.testbed.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {

  /** Bytes that come one by one. */
  private static HttpReader slowly(String text) {
    var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    return new HttpReader(
        new InputStream() {
          @Override
          public int read() {
            return bytes.read();
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, Math.min(1, length));
          }
        });
  }

  private static Head head(HttpReader reader) throws IOException {
    return Objects.requireNonNull(reader.readHead());
  }

  @Test
  void messages_inARow_areReadOneByOne() throws IOException {
    HttpReader reader =
        slowly(
            "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /d HTTP/1.1\r\nConnection: close\r\n\r\n");
    Head first = head(reader);
    assertThat(first.method()).isEqualTo("POST");
    assertThat(first.path()).isEqualTo("/a");
    assertThat(first.keepsAlive()).isTrue();
    assertThat(new String(reader.body(first.requestFraming()).readAll(), StandardCharsets.UTF_8))
        .isEqualTo("hello");
    Head second = head(reader);
    assertThat(second.target()).isEqualTo("/d");
    assertThat(second.requestFraming()).isInstanceOf(Framing.None.class);
    assertThat(second.keepsAlive()).isFalse();
    assertThat(reader.readHead()).isNull();
  }

  @Test
  void chunkedBody_withTrailers_isReadPieceByPiece() throws IOException {
    var reader =
        new HttpReader(
            new ByteArrayInputStream(
                "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1)));
    var body = reader.body(new Framing.Chunked());
    assertThat(body.next()).asString().isEqualTo("abc");
    assertThat(body.next()).asString().isEqualTo("0123456789");
    assertThat(body.next()).isNull();
    assertThat(body.trailers().first("x-sum")).isEqualTo("1");
    assertThat(body.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5\r\nab", "5\r\nabcde\r\n", "5\r\nabcde", "5"})
  void chunkedBody_cutOff_isNotAnEnd(String text) {
    var body = slowly(text).body(new Framing.Chunked());
    assertThatThrownBy(body::readAll).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "-1\r\n", "\r\n", "FFFFFFFFFFFFFFFFF\r\n"})
  void chunkSize_odd_isRefused(String text) {
    var body = slowly(text).body(new Framing.Chunked());
    assertThatThrownBy(body::readAll)
        .isInstanceOf(MalformedHttpException.class)
        .hasMessageContaining("chunk size");
  }

  @Test
  void lengthBody_cutOff_isNotAnEnd() {
    var body = slowly("abc").body(new Framing.Length(4));
    assertThatThrownBy(body::readAll).isInstanceOf(EOFException.class).hasMessageContaining("1 ");
  }

  @Test
  void closeDelimitedBody_endsWithTheConnection() throws IOException {
    assertThat(slowly("abc").body(new Framing.UntilClose()).readAll()).asString().isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"})
  void head_notHttp_isRefused(String text) {
    assertThatThrownBy(() -> slowly(text).readHead()).isInstanceOf(MalformedHttpException.class);
  }

  @Test
  void head_cutOff_isNotAnEnd() {
    assertThatThrownBy(() -> slowly("GET / HTTP/1.1\r\nHo").readHead())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void line_withoutEnd_isRefused() {
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    assertThatThrownBy(() -> new HttpReader(endless).readHead())
        .isInstanceOf(MalformedHttpException.class)
        .hasMessageContaining("line of more than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "9999999999999999999999"})
  void contentLength_odd_isRefused(String value) {
    assertThatThrownBy(() -> Framing.ofLength(value)).isInstanceOf(MalformedHttpException.class);
  }

  @Test
  void swapRemove_movesTheLastFieldIntoTheGap() {
    Fields fields = Fields.of("host", "x", "a", "1", "connection", "close", "b", "2", "c", "3");
    fields.swapRemove("host").swapRemove("connection");
    assertThat(fields.stream().map(Field::name)).containsExactly("c", "a", "b");
  }

  @Test
  void set_replacesTheFirstAndDropsTheOthers() {
    Fields fields = Fields.of("a", "1", "b", "2", "A", "3").set("A", "4");
    assertThat(fields.stream()).containsExactly(new Field("a", "4"), new Field("b", "2"));
  }
}
