package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BlockTableTest {
  private static final long SECRET = 0x9e37_79b9_7f4a_7c15L;

  private final BlockTable table = new BlockTable(SECRET);

  @Test
  void addOrMark_newKey_isThereUnmarked() {
    assertThat(table.addOrMark(7)).isTrue();
    assertThat(table.contains(7)).isTrue();
    assertThat(table.contains(8)).isFalse();
    assertThat(table.isMarked(7)).isFalse();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void addOrMark_knownKey_isMarkedOnce() {
    table.addOrMark(7);

    assertThat(table.addOrMark(7)).isFalse();
    assertThat(table.isMarked(7)).isTrue();
    table.unmark(7);
    assertThat(table.isMarked(7)).isFalse();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void mark_onlyKeysThatAreThere() {
    table.addOrMark(7);

    assertThat(table.mark(7)).isTrue();
    assertThat(table.mark(8)).isFalse();
    assertThat(table.isMarked(7)).isTrue();
    assertThat(table.isMarked(8)).isFalse();
  }

  @Test
  void pin_untilMarkedAgain_keepsItsMark() {
    table.addOrMark(7);
    table.pin(7);
    table.pin(8);

    table.unmark(7);
    assertThat(table.isPinned(7)).isTrue();
    assertThat(table.isPinned(8)).isFalse();
    table.addOrMark(7);
    assertThat(table.isPinned(7)).isFalse();
    assertThat(table.isMarked(7)).isTrue();
  }

  @Test
  void noteHead_whateverElseIsMarked_isToldByRemove() {
    table.addOrMark(7);
    table.addOrMark(8);
    table.noteHead(7);
    table.noteHead(9);

    assertThat(table.isMarked(7)).isFalse();
    table.pin(7);
    table.mark(7);
    table.unmark(7);
    assertThat(table.remove(7)).isTrue();
    assertThat(table.contains(7)).isFalse();
    assertThat(table.remove(7)).isFalse();
    assertThat(table.remove(8)).isFalse();
    assertThat(table.contains(9)).isFalse();
    table.addOrMark(7);
    assertThat(table.remove(7)).isFalse();
  }

  @Test
  void remove_inTheMiddleOfARun_keepsTheRest() {
    // Equal places: one run in one segment, going round the end of its array.
    long[] keys =
        LongStream.iterate(1, key -> key + 1).filter(BlockTableTest::isAt62).limit(20).toArray();
    for (long key : keys) {
      table.addOrMark(key);
    }
    for (int i = 0; i < keys.length; i += 2) {
      table.remove(keys[i]);
    }

    for (int i = 0; i < keys.length; i++) {
      assertThat(table.contains(keys[i])).isEqualTo(i % 2 == 1);
    }
    assertThat(table.size()).isEqualTo(10);
  }

  private static boolean isAt62(long key) {
    long hash = KeyedHash.of(key, SECRET);
    return hash >>> 58 == 0 && (hash & 63) == 62;
  }

  @Test
  void randomOperations_agreeWithAMap() {
    SplittableRandom random = new SplittableRandom(42);
    Map<Long, Boolean> oracle = new HashMap<>();
    for (int i = 0; i < 300_000; i++) {
      // Few keys, so that most are met again.
      long key = (random.nextLong() & 0x1f80_0000_0000_1f0fL) | 1;
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          Boolean before = oracle.get(key);
          oracle.put(key, before != null);
          assertThat(table.addOrMark(key)).isEqualTo(before == null);
        }
        case 2 -> {
          oracle.remove(key);
          table.remove(key);
        }
        default -> {
          assertThat(table.isMarked(key)).isEqualTo(Boolean.TRUE.equals(oracle.get(key)));
          table.unmark(key);
          oracle.computeIfPresent(key, (_, _) -> false);
        }
      }
      assertThat(table.size()).isEqualTo(oracle.size());
    }
    oracle.keySet().forEach(key -> assertThat(table.contains(key)).isTrue());
  }

  @Test
  void contains_whileOthersComeAndGo_findsWhatStays() throws Exception {
    List<Long> staying = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1000; i++) {
      long key = random.nextLong() >>> 3 | 1;
      staying.add(key);
      table.addOrMark(key);
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong misses = new AtomicLong();
    AtomicLong looks = new AtomicLong();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  do {
                    for (long key : staying) {
                      looks.incrementAndGet();
                      if (!table.contains(key)) {
                        misses.incrementAndGet();
                      }
                    }
                  } while (!done.get());
                });
    for (int round = 0; round < 200; round++) {
      long[] passing = random.longs(500).map(key -> key >>> 3 | 1).toArray();
      for (long key : passing) {
        table.addOrMark(key);
      }
      for (long key : passing) {
        table.remove(key);
      }
    }
    done.set(true);
    reader.join();

    // A key that is just being moved may be missed.
    assertThat(misses.get()).isLessThanOrEqualTo(looks.get() / 1000);
    assertThat(table.size()).isEqualTo(1000);
  }
}
