package dev.pickwick.epp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.epp.body.Bodies;
import dev.pickwick.epp.body.BodySlice;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldBodyTest {

  private final HeldBody body = new HeldBody();

  @Test
  void slices_randomPieces_areTheBodyAtBoundedCost() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      body.clear();
      byte[] all = new byte[random.nextInt(200_000)];
      random.nextBytes(all);
      int longest = 1 << random.nextInt(1, 17);
      long cost = 0;
      int at = 0;
      while (at < all.length) {
        int length = Math.min(all.length - at, random.nextInt(1, longest + 1));
        byte[] message = new byte[length + random.nextInt(20_000)];
        int offset = random.nextInt(message.length - length + 1);
        System.arraycopy(all, at, message, offset, length);
        cost += body.add(message, offset, length);
        at += length;
      }
      assertThat(Bodies.join(body.slices())).isEqualTo(all);
      assertThat(cost).isGreaterThanOrEqualTo(all.length).isLessThan(2L * all.length + 25_000);
    }
  }

  @Test
  void add_firstOrLongPiece_isNotCopied() {
    byte[] first = new byte[30];
    byte[] second = new byte[5_000];

    body.add(first, 10, 20);
    body.add(second, 8, 4_992);

    assertThat(body.slices()).extracting(BodySlice::bytes).containsExactly(first, second);
  }

  @Test
  void add_shortPieces_shareOneSlice() {
    body.add(new byte[10_000], 0, 10_000);
    for (int i = 0; i < 1_000; i++) {
      body.add(new byte[] {(byte) i}, 0, 1);
    }

    assertThat(body.slices()).hasSize(2);
    assertThat(body.slices().getLast().length()).isEqualTo(1_000);
  }

  @Test
  void add_shortPieceOfALongMessage_doesNotKeepTheMessage() {
    assertThat(body.add(new byte[1_000_000], 5, 1)).isLessThan(20_000);
    assertThat(body.add(new byte[1_000_000], 5, 5_000)).isLessThan(6_000);
  }
}
