package dev.pickwick.proto.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Our reader says of any bytes what the generated classes say, but for three cases: they refuse
 * text that is no UTF-8; they take some numbers whose tenth byte announces an eleventh; and when
 * the members of a oneof come as A, B, A they merge both A, where the reflective parser and we
 * forget the first.
 */
class GatewayMessageOracleTest {

  private static final int MESSAGES = 5_000;
  private static final int SMALL = 600;

  @Test
  void parse_anyValidMessage_readsAsGenerated() {
    for (long seed = 0; seed < MESSAGES; seed++) {
      byte[] bytes = new RandomRequests(seed).next();
      assertThat(Readings.generated(bytes)).as("generated, seed %d", seed).isPresent();
      assertAgreement(bytes, "seed " + seed);
    }
  }

  @Test
  void parse_everyTruncation_agreesWithGenerated() {
    int checked = 0;
    for (long seed = 0; seed < 100; seed++) {
      byte[] bytes = small(seed);
      for (int length = 0; length < bytes.length; length++) {
        assertAgreement(Arrays.copyOf(bytes, length), "seed " + seed + " cut to " + length);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(5_000);
  }

  @Test
  void parse_everyByteChanged_agreesWithGenerated() {
    Random random = new Random(1);
    int checked = 0;
    for (long seed = 0; seed < 100; seed++) {
      byte[] bytes = small(seed);
      for (int at = 0; at < bytes.length; at++) {
        byte before = bytes[at];
        for (int bit = 0; bit < 8; bit++) {
          bytes[at] = (byte) (before ^ 1 << bit);
          assertAgreement(bytes, "seed " + seed + " bit " + bit + " of byte " + at);
          checked++;
        }
        bytes[at] = (byte) random.nextInt();
        assertAgreement(bytes, "seed " + seed + " byte " + at + " set to " + bytes[at]);
        bytes[at] = before;
      }
    }
    assertThat(checked).isGreaterThan(50_000);
  }

  @Test
  void parse_bytesInsertedAndRemoved_agreesWithGenerated() {
    Random random = new Random(2);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = small(random.nextInt(2000));
      int from = random.nextInt(bytes.length + 1);
      int to = Math.min(bytes.length, from + random.nextInt(4));
      byte[] extra = new byte[random.nextInt(4)];
      random.nextBytes(extra);
      byte[] changed = new byte[bytes.length - (to - from) + extra.length];
      System.arraycopy(bytes, 0, changed, 0, from);
      System.arraycopy(extra, 0, changed, from, extra.length);
      System.arraycopy(bytes, to, changed, from + extra.length, bytes.length - to);
      assertAgreement(changed, "change " + i);
    }
  }

  @Test
  void parse_randomBytes_agreesWithGenerated() {
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertAgreement(bytes, Arrays.toString(bytes));
    }
  }

  /** A message short enough to be changed in every place. */
  private static byte[] small(long seed) {
    RandomRequests requests = new RandomRequests(seed);
    byte[] bytes = requests.next();
    while (bytes.length > SMALL) {
      bytes = requests.next();
    }
    return bytes;
  }

  private static void assertAgreement(byte[] bytes, String description) {
    Readings ours = Readings.ours(bytes);
    Optional<Readings> generated = Readings.generated(bytes);
    if (generated.isPresent() && !ours.equals(generated.get()) && !hasOverlongNumber(bytes)) {
      assertThat(ours).as(description).isEqualTo(Readings.reflective(bytes));
    }
  }

  private static boolean hasOverlongNumber(byte[] bytes) {
    String problem = GatewayMessage.parse(bytes).problem();
    return problem != null && problem.startsWith("number longer than 10 bytes");
  }
}
