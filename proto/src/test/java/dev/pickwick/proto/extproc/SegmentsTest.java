package dev.pickwick.proto.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentsTest {

  @Test
  void slice_anyPartOfAnyArrays_hasTheBytesOfTheWhole() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      Segments segments = new Segments();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      for (int i = random.nextInt(10); i > 0; i--) {
        byte[] array = new byte[random.nextInt(20)];
        random.nextBytes(array);
        int from = random.nextInt(array.length + 1);
        int length = random.nextInt(array.length - from + 1);
        segments.add(array, from, length);
        expected.write(array, from, length);
      }
      byte[] all = expected.toByteArray();
      int from = random.nextInt(all.length + 1);
      int length = random.nextInt(all.length - from + 1);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      segments.writeTo(written, from);

      assertThat(segments.length()).isEqualTo(all.length);
      assertThat(segments.toByteArray()).isEqualTo(all);
      assertThat(segments.slice(from, length).toByteArray())
          .isEqualTo(Arrays.copyOfRange(all, from, from + length));
      assertThat(written.toByteArray()).isEqualTo(Arrays.copyOf(all, from));
    }
  }

  @Test
  void add_partOfAnother_splicesWithoutTouchingIt() {
    Segments body = Segments.of("{\"model\":\"old\"}".getBytes(StandardCharsets.UTF_8), 0, 15);
    byte[] name = "newer".getBytes(StandardCharsets.UTF_8);

    Segments spliced = body.slice(0, 10).add(name, 0, name.length).add(body, 13, 2);

    assertThat(spliced.toByteArray()).asString().isEqualTo("{\"model\":\"newer\"}");
    assertThat(body.toByteArray()).asString().isEqualTo("{\"model\":\"old\"}");
  }

  @Test
  void add_outsideTheArray_isRefused() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> new Segments().add(new byte[3], 2, 2))
        .withMessage("slice: offset 2, length 2 (expected: inside 3 bytes)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> new Segments().add(new byte[3], -1, 1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> new Segments().add(new byte[3], 4, 0));
  }

  @Test
  void slice_outside_isRefused() {
    Segments segments = Segments.of(new byte[3], 0, 3);

    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> segments.slice(2, 2))
        .withMessage("part: from 2, length 2 (expected: inside 3 bytes)");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> segments.slice(-1, 1));
  }
}
