package dev.pickwick.testbed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class KvCacheTest {

  private static KvCache.Held hold(KvCache cache, int total, long... hashes) {
    return Objects.requireNonNull(cache.hold(hashes, total));
  }

  @Test
  void usage_countsOnlyWhatIsHeld() {
    var cache = new KvCache(10);
    KvCache.Held held = hold(cache, 4, 1, 2, 3);
    assertThat(cache.usage()).isEqualTo(0.4);
    cache.release(held);
    assertThat(cache.usage()).isZero();
    assertThat(hold(cache, 3, 1, 2, 3).hits()).isEqualTo(3);
  }

  @Test
  void sharedBlocks_areHeldOnce() {
    var cache = new KvCache(10);
    KvCache.Held first = hold(cache, 3, 1, 2, 3);
    KvCache.Held second = hold(cache, 3, 1, 2, 4);
    assertThat(second.hits()).isEqualTo(2);
    assertThat(cache.usage()).isEqualTo(0.4);
    cache.release(first);
    assertThat(cache.usage()).isEqualTo(0.3);
  }

  @Test
  void room_lacking_holdsNothing() {
    var cache = new KvCache(4);
    KvCache.Held held = hold(cache, 3, 1, 2, 3);
    assertThat(cache.hold(new long[] {1, 5, 6}, 3)).isNull();
    assertThat(cache.usage()).isEqualTo(0.75);
    cache.release(held);
    assertThat(cache.hold(new long[] {1, 5, 6}, 3)).isNotNull();
  }

  @Test
  void eviction_takesTheOldestAndTailsFirst() {
    var cache = new KvCache(4);
    cache.release(hold(cache, 3, 1, 2, 3));
    cache.release(hold(cache, 2, 8, 9));
    assertThat(hold(cache, 2, 1, 2).hits()).isEqualTo(2);
    assertThat(cache.hold(new long[] {1, 2, 3}, 3)).extracting(KvCache.Held::hits).isEqualTo(2);
  }

  @Test
  void cacheOff_holdsAnything() {
    var cache = new KvCache(0);
    assertThat(cache.canHold(1_000_000)).isTrue();
    assertThat(hold(cache, 1_000_000, 1, 2).hits()).isZero();
    assertThat(cache.usage()).isZero();
  }
}
