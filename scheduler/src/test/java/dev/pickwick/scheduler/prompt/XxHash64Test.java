package dev.pickwick.scheduler.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class XxHash64Test {

  @Test
  void digest_publishedVectors_match() {
    assertThat(hashOf("")).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(hashOf("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(hashOf("abc")).isEqualTo(0x44BC2CF5AD770999L);
  }

  @Test
  void digest_everyLength_equalsOneShotOracle() {
    byte[] bytes = new byte[300];
    new Random(1).nextBytes(bytes);
    for (int length = 0; length <= bytes.length; length++) {
      XxHash64 hash = new XxHash64();
      hash.update(bytes, 0, length);
      assertThat(hash.digest()).as("length %d", length).isEqualTo(Oracle.hash(bytes, 0, length));
    }
  }

  @Test
  void update_anySplit_givesSameDigest() {
    byte[] bytes = new byte[1000];
    Random random = new Random(2);
    random.nextBytes(bytes);
    long expected = Oracle.hash(bytes, 0, bytes.length);
    XxHash64 hash = new XxHash64();
    for (int round = 0; round < 200; round++) {
      hash.reset();
      int at = 0;
      while (at < bytes.length) {
        int length = Math.min(bytes.length - at, random.nextInt(80));
        if (length == 1) {
          hash.update(bytes[at]);
        } else {
          hash.update(bytes, at, length);
        }
        at += length;
      }
      assertThat(hash.digest()).isEqualTo(expected);
    }
  }

  @Test
  void digest_midway_doesNotDisturbWhatFollows() {
    byte[] bytes = "The quick brown fox jumps over the lazy dog, twice.".getBytes(UTF_8);
    XxHash64 hash = new XxHash64();
    hash.update(bytes, 0, 40);
    hash.digest();
    hash.update(bytes, 40, bytes.length - 40);
    assertThat(hash.digest()).isEqualTo(Oracle.hash(bytes, 0, bytes.length));
  }

  private static long hashOf(String text) {
    XxHash64 hash = new XxHash64();
    byte[] bytes = text.getBytes(UTF_8);
    hash.update(bytes, 0, bytes.length);
    return hash.digest();
  }
}
