package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.TestPool;
import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.prompt.PromptChain;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * What becomes of entries that come in while another is being made. They come from the index's own
 * chance, which it asks in the midst of making the first entry of an endpoint: then somebody is at
 * work, as if it were another thread, and the entries have to wait.
 */
class PrefixIndexWaitingTest {
  private static final int PLENTY = 1_000_000;
  private static final int MOST_AT_ONCE = 16;

  private final TestPool pool = new TestPool(4);
  private final Interruption chance = new Interruption();
  private final PrefixIndex index = new PrefixIndex(PLENTY, chance);
  private final Endpoint known = pool.endpoint(0);
  private final Endpoint unknown = pool.endpoint(1);

  PrefixIndexWaitingTest() {
    record(known, 0);
  }

  @Test
  void record_moreWaitThanOneCallsShare_leavesTheRestToTheNextCalls() {
    chance.then = () -> recordWaiting(40);
    record(unknown, 1000);

    // One from the start, its own, and its share of the others'.
    assertThat(index.size()).isEqualTo(1 + 1 + MOST_AT_ONCE);
    assertThat(held(known, 1, 40)).isEqualTo(MOST_AT_ONCE);

    record(unknown, 1001);
    assertThat(index.size()).isEqualTo(1 + 1 + 2 * MOST_AT_ONCE);
    assertThat(held(unknown, 1001, 1)).as("its turn has not come yet").isZero();

    record(unknown, 1002);
    assertThat(index.size()).isEqualTo(1 + 3 + 40);
    assertThat(held(known, 1, 40)).isEqualTo(40);
    assertThat(held(unknown, 1000, 3)).isEqualTo(3);
  }

  @Test
  void record_asManyWaitAsOneCallsShare_leavesNone() {
    chance.then = () -> recordWaiting(MOST_AT_ONCE);
    record(unknown, 1000);

    assertThat(held(known, 1, MOST_AT_ONCE)).isEqualTo(MOST_AT_ONCE);
  }

  @Test
  void forget_whileOthersWait_hasItsTurnAndIsNeverDropped() {
    chance.then =
        () -> {
          recordWaiting(5000);
          index.forget(known);
        };
    record(unknown, 1000);
    assertThat(held(known, 0, 1)).isEqualTo(1);

    // 4,096 entries wait at most, and the one that may not be dropped.
    for (int i = 0; i < 4097 / MOST_AT_ONCE; i++) {
      index.forget(pool.endpoint(3));
    }

    assertThat(held(known, 0, 5001)).isZero();
    for (int i = 0; i < 10; i++) {
      index.forget(pool.endpoint(3));
    }
    assertThat(index.size()).as("cleared away").isEqualTo(1);
  }

  @Test
  void record_soManyWaitThatItIsDropped_doesItsShareAllTheSame() {
    chance.then = () -> recordWaiting(5000);
    record(unknown, 1000);
    int before = index.size();
    chance.then = () -> {};

    // What was left of the queue has room for 16 again; the seventeenth record is dropped.
    record(known, 7000);

    assertThat(index.size()).isEqualTo(before + MOST_AT_ONCE);
    for (int i = 0; i < 300; i++) {
      record(known, 8000 + i);
    }
    assertThat(held(known, 1, 5000)).isEqualTo(4096);
    assertThat(held(known, 8000, 300)).isEqualTo(300);
  }

  @Test
  void record_afterAForgetThatWaits_isRemembered() {
    chance.then =
        () -> {
          recordWaiting(20);
          index.forget(known);
        };
    record(unknown, 1000);
    record(known, 9000);
    record(unknown, 1001);

    assertThat(held(known, 0, 21)).isZero();
    assertThat(held(known, 9000, 1)).isEqualTo(1);
  }

  private void recordWaiting(int count) {
    for (int i = 1; i <= count; i++) {
      record(known, i);
    }
  }

  private void record(Endpoint endpoint, long prompt) {
    index.record(endpoint, chain(prompt), PLENTY);
  }

  private int held(Endpoint endpoint, long from, int count) {
    int held = 0;
    for (int i = 0; i < count; i++) {
      held += index.depth(endpoint, chain(from + i), 0);
    }
    return held;
  }

  /** A prompt of one block. */
  private static PromptChain chain(long prompt) {
    return PromptChain.of(64, new SplittableRandom(prompt).nextLong());
  }

  /** Does something once, when it is asked for a number. */
  private static final class Interruption implements RandomGenerator {
    private final SplittableRandom random = new SplittableRandom(1);
    private Runnable then = () -> {};

    @Override
    public long nextLong() {
      Runnable now = then;
      then = () -> {};
      now.run();
      return random.nextLong();
    }
  }
}
