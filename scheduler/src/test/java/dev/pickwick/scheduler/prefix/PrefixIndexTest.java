package dev.pickwick.scheduler.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.prompt.PromptChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {
  private static final int PLENTY = 1_000_000;

  private final PrefixIndex index = new PrefixIndex(PLENTY, new SplittableRandom(1));
  private final List<Endpoint> pods = endpoints(4);

  @Test
  void depth_nothingRecorded_isZero() {
    assertThat(index.depth(pods.get(0), chain(1, 2, 3), 0)).isZero();
  }

  @Test
  void depth_recordedPrompt_isItsLengthAtThatEndpointOnly() {
    index.record(pods.get(0), chain(1, 2, 3), PLENTY);

    assertThat(index.depth(pods.get(0), chain(1, 2, 3), 0)).isEqualTo(3);
    assertThat(index.depth(pods.get(1), chain(1, 2, 3), 0)).isZero();
  }

  @Test
  void depth_longerPrompt_isTheSharedPart() {
    index.record(pods.get(0), chain(1, 2), PLENTY);

    assertThat(index.depth(pods.get(0), chain(1, 2, 3, 4), 0)).isEqualTo(2);
    assertThat(index.depth(pods.get(0), chain(1, 9), 0)).isEqualTo(1);
    assertThat(index.depth(pods.get(0), chain(9, 2), 0)).isZero();
  }

  @Test
  void depth_anyGuess_givesTheSameAnswer() {
    for (int held : new int[] {1, 2, 3, 5, 8, 99, 255, 256}) {
      PrefixIndex fresh = new PrefixIndex(PLENTY, new SplittableRandom(held));
      PromptChain full = run(0, 256);
      fresh.record(pods.get(0), run(0, held), PLENTY);
      for (int guess = 0; guess <= 300; guess++) {
        assertThat(fresh.depth(pods.get(0), full, guess)).as("held %s", held).isEqualTo(held);
      }
    }
  }

  @Test
  void depth_randomChains_agreesWithTheWalkBlockByBlock() {
    SplittableRandom random = new SplittableRandom(3);
    List<PromptChain> recorded = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      PromptChain base =
          recorded.isEmpty() ? run(0, 1) : recorded.get(random.nextInt(recorded.size()));
      PromptChain next = branch(base, random);
      index.record(pods.get(random.nextInt(pods.size())), next, PLENTY);
      recorded.add(next);
    }
    for (PromptChain chain : recorded) {
      for (Endpoint pod : pods) {
        assertThat(index.depth(pod, chain, random.nextInt(40))).isEqualTo(walk(pod, chain));
      }
    }
  }

  @Test
  void record_beyondTheCapacity_forgetsTheOldest() {
    for (int i = 0; i < 150; i++) {
      index.record(pods.get(0), chain(1000 + i), 100);
    }

    assertThat(index.size()).isEqualTo(100);
    assertThat(index.depth(pods.get(0), chain(1049), 0)).isZero();
    assertThat(index.depth(pods.get(0), chain(1050), 0)).isEqualTo(1);
    assertThat(index.depth(pods.get(0), chain(1149), 0)).isEqualTo(1);
  }

  @Test
  void record_usedAgain_isForgottenLater() {
    for (int i = 0; i < 100; i++) {
      index.record(pods.get(0), chain(1000 + i), 100);
    }
    index.record(pods.get(0), chain(1000), 100);
    for (int i = 0; i < 50; i++) {
      index.record(pods.get(0), chain(2000 + i), 100);
    }

    assertThat(index.depth(pods.get(0), chain(1000), 0)).isEqualTo(1);
    assertThat(index.depth(pods.get(0), chain(1001), 0)).isZero();
  }

  @Test
  void record_whenRoomRunsOut_forgetsEndsBeforeBeginnings() {
    index.record(pods.get(0), run(0, 100), 100);
    index.record(pods.get(0), run(5000, 40), 100);

    assertThat(index.depth(pods.get(0), run(0, 100), 0)).isEqualTo(60);
    assertThat(index.depth(pods.get(0), run(5000, 40), 0)).isEqualTo(40);
  }

  @Test
  void record_whereAllElseWasUsedAgain_isHeldWholly() {
    index.record(pods.get(0), run(0, 150), 200);
    index.record(pods.get(0), run(0, 150), 200);
    index.record(pods.get(0), run(5000, 100), 200);

    assertThat(index.depth(pods.get(0), run(5000, 100), 0)).isEqualTo(100);
    assertHeldFromTheStart(pods.get(0), run(0, 150), 100);
  }

  @Test
  void record_sharedBeginningIsTheOldest_isHeldWholly() {
    index.record(pods.get(0), run(0, 100), 200);
    index.record(pods.get(0), run(5000, 100), 200);
    index.record(pods.get(0), run(5000, 100), 200);
    PromptChain longer = join(run(0, 100), run(9000, 50));
    index.record(pods.get(0), longer, 200);

    assertThat(index.depth(pods.get(0), longer, 0)).isEqualTo(150);
    assertHeldFromTheStart(pods.get(0), longer, 150);
    assertHeldFromTheStart(pods.get(0), run(5000, 100), 50);
  }

  @Test
  void record_moreUsedBlocksThanAreLookedAt_forgetsTheEndOfTheOldestPrompt() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 30; i++) {
        index.record(pods.get(0), run(i * 1000L, 100), 3000);
      }
    }
    index.record(pods.get(0), run(90_000, 60), 3000);

    assertThat(index.depth(pods.get(0), run(90_000, 60), 0)).isEqualTo(60);
    assertHeldFromTheStart(pods.get(0), run(0, 100), 40);
    for (int i = 1; i < 30; i++) {
      assertHeldFromTheStart(pods.get(0), run(i * 1000L, 100), 100);
    }
  }

  @Test
  void record_overTheWholeBoundWithAllUsedAgain_isHeldWholly() {
    PrefixIndex small = new PrefixIndex(300, new SplittableRandom(7));
    for (int round = 0; round < 2; round++) {
      small.record(pods.get(0), run(0, 100), PLENTY);
      small.record(pods.get(1), run(0, 200), PLENTY);
    }
    small.record(pods.get(0), run(0, 250), PLENTY);
    assertThat(small.depth(pods.get(0), run(0, 250), 0)).isEqualTo(250);
    small.record(pods.get(0), run(5000, 400), PLENTY);
    assertThat(small.depth(pods.get(0), run(5000, 400), 0)).isEqualTo(300);
    assertThat(small.size()).isEqualTo(300);
  }

  /** Of blocks that came with one prompt, what is left is always a beginning. */
  @Test
  void record_beginningsUsedAgainAtRandom_leavesNoHoles() {
    SplittableRandom random = new SplittableRandom(12);
    for (int i = 0; i < 2000; i++) {
      index.record(pods.get(0), run(i * 1000L, 1 + random.nextInt(60)), 700);
      for (int again = 0; again < 3; again++) {
        PromptChain earlier = run(Math.max(0, i - random.nextInt(40)) * 1000L, 60);
        int held = index.depth(pods.get(0), earlier, 0);
        assertHeldFromTheStart(pods.get(0), earlier, held);
        if (held > 0) {
          index.record(pods.get(0), prefix(earlier, 1 + random.nextInt(held)), 700);
        }
      }
    }
    assertThat(index.size()).isEqualTo(700);
  }

  @Test
  void record_promptLongerThanTheCapacity_keepsItsBeginning() {
    index.record(pods.get(0), run(0, 256), 100);

    assertThat(index.depth(pods.get(0), run(0, 256), 0)).isEqualTo(100);
    assertThat(index.size()).isEqualTo(100);
  }

  @Test
  void record_overTheWholeBound_neverExceedsIt() {
    PrefixIndex small = new PrefixIndex(500, new SplittableRandom(5));
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 2000; i++) {
      small.record(pods.get(random.nextInt(4)), run(random.nextInt(1 << 20), 10), PLENTY);
      assertThat(small.size()).isLessThanOrEqualTo(500);
    }
  }

  @Test
  void record_trafficMovesFromEndpointToEndpoint_memoryStaysWithinWhatIsReckoned() {
    int most = 200_000;
    PrefixIndex moving = new PrefixIndex(most, new SplittableRandom(4));
    SplittableRandom random = new SplittableRandom(13);
    for (Endpoint pod : endpoints(200)) {
      for (int i = 0; i < 100; i++) {
        moving.record(pod, chain(random.longs(256).toArray()), 31_250);
      }
    }

    assertThat(moving.size()).isEqualTo(most);
    assertThat(moving.bytes())
        .isLessThanOrEqualTo((long) most * ApproximatePrefixProducer.BYTES_PER_ENTRY);
  }

  /** The worst there can be: each prompt one block, tables just grown, rings not yet shrunk. */
  @Test
  void record_promptsOfOneBlockOnRingsOnceFull_memoryStaysWithinWhatIsReckoned() {
    int slotsPerSegment = 1 << 12;
    int most = 64 * slotsPerSegment * 7 / 10 * 21 / 20;
    PrefixIndex worst = new PrefixIndex(most, new SplittableRandom(4));
    SplittableRandom random = new SplittableRandom(14);
    List<Endpoint> many = endpoints(50);
    // One after the other is filled, which takes the room from those before.
    for (Endpoint pod : many) {
      for (int i = 0; i < most / 8; i++) {
        worst.record(pod, chain(random.nextLong()), PLENTY);
      }
    }

    assertThat(worst.size()).isEqualTo(most);
    double bytesPerEntry = (double) worst.bytes() / most;
    assertThat(bytesPerEntry).isBetween(80.0, (double) ApproximatePrefixProducer.BYTES_PER_ENTRY);
  }

  @Test
  void forget_endpoint_isOutOfReachAtOnceAndClearedInTime() {
    index.record(pods.get(0), run(0, 10_000), PLENTY);
    index.record(pods.get(1), chain(1, 2), PLENTY);

    index.forget(pods.get(0));
    assertThat(index.depth(pods.get(0), run(0, 10_000), 0)).isZero();
    for (int i = 0; i < 30; i++) {
      index.record(pods.get(1), chain(1, 2), PLENTY);
    }
    assertThat(index.size()).isEqualTo(2);
    assertThat(index.depth(pods.get(1), chain(1, 2), 0)).isEqualTo(2);
  }

  @Test
  void record_numberOfADepartedEndpoint_startsEmpty() {
    EndpointStore store = new EndpointStore(() -> 0L);
    store.replace(List.of(spec("a", 1)));
    Endpoint first = store.snapshot().get(0);
    index.record(first, chain(1, 2, 3), PLENTY);
    store.replace(List.of());
    store.replace(List.of(spec("b", 2)));
    Endpoint second = store.snapshot().get(0);

    assertThat(second.number()).isEqualTo(first.number());
    assertThat(index.depth(second, chain(1, 2, 3), 0)).isZero();
    index.record(second, chain(1), PLENTY);
    assertThat(index.depth(second, chain(1, 2, 3), 0)).isEqualTo(1);
    assertThat(index.depth(first, chain(1, 2, 3), 0)).isZero();
  }

  @Test
  void record_forAnEndpointWhoseNumberIsAnothers_leavesTheOthersBlocks() {
    EndpointStore store = new EndpointStore(() -> 0L);
    store.replace(List.of(spec("a", 1)));
    Endpoint gone = store.snapshot().get(0);
    store.replace(List.of());
    store.replace(List.of(spec("b", 2)));
    Endpoint owner = store.snapshot().get(0);
    assertThat(owner.number()).isEqualTo(gone.number());
    index.record(owner, chain(1, 2, 3), PLENTY);

    index.record(gone, chain(1, 2, 3, 4), PLENTY);

    assertThat(index.depth(owner, chain(1, 2, 3), 0)).isEqualTo(3);
    assertThat(index.depth(gone, chain(1, 2, 3), 0)).isZero();
    assertThat(index.size()).isEqualTo(3);
  }

  @Test
  void mayHold_whatHappens_neverDeniesWhatIsHeld() {
    SplittableRandom random = new SplittableRandom(8);
    EndpointStore store = new EndpointStore(() -> 0L);
    PrefixIndex small = new PrefixIndex(2000, new SplittableRandom(9));
    for (int round = 0; round < 3000; round++) {
      if (round % 50 == 0) {
        List<EndpointSpec> specs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          if (random.nextInt(4) > 0) {
            specs.add(spec("pod-" + i, 1 + i));
          }
        }
        Set<Endpoint> before = members(store);
        store.replace(specs);
        before.removeAll(members(store));
        before.forEach(small::forget);
      }
      Endpoint pod = store.snapshot().get(random.nextInt(store.snapshot().size()));
      small.record(pod, run(random.nextInt(60) * 64L, 1 + random.nextInt(20)), 200);
      PromptChain asked = run(random.nextInt(60) * 64L, 20);
      for (int i = 0; i < store.snapshot().size(); i++) {
        Endpoint each = store.snapshot().get(i);
        long bits = small.mayHold(asked, each.number() / PrefixIndex.GROUP);
        if (small.depth(each, asked, 0) > 0) {
          assertThat(bits >>> each.number() % PrefixIndex.GROUP & 1).isEqualTo(1);
        }
      }
    }
  }

  private static Set<Endpoint> members(EndpointStore store) {
    Set<Endpoint> members = new LinkedHashSet<>();
    for (int i = 0; i < store.snapshot().size(); i++) {
      members.add(store.snapshot().get(i));
    }
    return members;
  }

  @Test
  void record_byManyThreads_losesNothingAndKeepsTheBooks() throws Exception {
    int threads = 4;
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> workers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int worker = t;
      workers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      start.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    for (int i = 0; i < 500; i++) {
                      index.record(pods.get(worker), run((worker * 1000L + i) * 64, 8), PLENTY);
                      index.depth(pods.get((worker + 1) % threads), run(i * 64L, 8), 3);
                    }
                  }));
    }
    start.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    // What one thread left for the next comes in a few at a time, with the traffic that follows.
    for (int i = 0; i < threads * 500; i++) {
      index.record(pods.getFirst(), run(0, 8), PLENTY);
    }

    assertThat(index.size()).isEqualTo(threads * 500 * 8);
    for (int t = 0; t < threads; t++) {
      for (int i = 0; i < 500; i++) {
        assertThat(index.depth(pods.get(t), run((t * 1000L + i) * 64, 8), 0)).isEqualTo(8);
      }
    }
  }

  /** Each block asked for by itself: as many as said are held, and none behind them. */
  private void assertHeldFromTheStart(Endpoint pod, PromptChain chain, int held) {
    for (int i = 0; i < chain.length(); i++) {
      assertThat(index.depth(pod, chain(chain.hash(i)), 0))
          .as("block %s", i)
          .isEqualTo(i < held ? 1 : 0);
    }
  }

  private static PromptChain join(PromptChain first, PromptChain second) {
    long[] hashes = new long[first.length() + second.length()];
    Arrays.setAll(
        hashes, i -> i < first.length() ? first.hash(i) : second.hash(i - first.length()));
    return chain(hashes);
  }

  @Test
  void forget_whileThreadsRecordAndRead_keepsTheBooks() throws Exception {
    int most = 3000;
    List<Endpoint> many = endpoints(100);
    PrefixIndex shared = new PrefixIndex(most, () -> ThreadLocalRandom.current().nextLong());
    Queue<String> mistakes = new ConcurrentLinkedQueue<>();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> workers = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      SplittableRandom random = new SplittableRandom(t);
      workers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      start.await();
                      for (int i = 0; i < 3000; i++) {
                        anything(shared, many, random, mistakes);
                        if (shared.size() > most) {
                          mistakes.add("size " + shared.size());
                        }
                      }
                    } catch (InterruptedException | RuntimeException e) {
                      mistakes.add(e.toString());
                    }
                  }));
    }
    start.countDown();
    for (Thread worker : workers) {
      worker.join();
    }

    assertThat(mistakes).isEmpty();
    // What still waits goes first, then the blocks, a few hundred with each call.
    for (int round = 0; round < 20; round++) {
      many.forEach(shared::forget);
    }
    assertThat(shared.size()).isZero();
    for (int group = 0; group < 2; group++) {
      for (int i = 0; i < 30; i++) {
        assertThat(shared.mayHold(run(i * 64L, 1), group)).isZero();
      }
    }
  }

  private static void anything(
      PrefixIndex shared, List<Endpoint> many, SplittableRandom random, Queue<String> mistakes) {
    Endpoint pod = many.get(random.nextInt(many.size()));
    PromptChain chain = run(random.nextInt(30) * 64L, 1 + random.nextInt(40));
    switch (random.nextInt(8)) {
      case 0 -> shared.forget(pod);
      case 1, 2, 3 -> shared.record(pod, chain, 50 + random.nextInt(100));
      default -> {
        int depth = shared.depth(pod, chain, random.nextInt(40));
        if (depth < 0 || depth > chain.length()) {
          mistakes.add("depth " + depth + " of " + chain.length());
        }
        shared.mayHold(chain, pod.number() / PrefixIndex.GROUP);
      }
    }
  }

  private int walk(Endpoint pod, PromptChain chain) {
    int depth = 0;
    // A chain cut to length n answers n exactly when its last block is held.
    while (depth < chain.length() && index.depth(pod, prefix(chain, depth + 1), 0) == depth + 1) {
      depth++;
    }
    return depth;
  }

  private static PromptChain prefix(PromptChain chain, int length) {
    long[] hashes = new long[length];
    Arrays.setAll(hashes, chain::hash);
    return chain(hashes);
  }

  private static PromptChain branch(PromptChain base, SplittableRandom random) {
    int kept = random.nextInt(base.length() + 1);
    Set<Long> hashes = new LinkedHashSet<>();
    for (int i = 0; i < kept; i++) {
      hashes.add(base.hash(i));
    }
    int more = 1 + random.nextInt(20);
    while (more-- > 0) {
      hashes.add(random.nextLong());
    }
    return chain(hashes.stream().mapToLong(Long::longValue).toArray());
  }

  /** Block hashes as unrelated as real ones. */
  private static PromptChain run(long from, int length) {
    long[] hashes = new long[length];
    Arrays.setAll(hashes, i -> new SplittableRandom(from + i).nextLong());
    return chain(hashes);
  }

  private static PromptChain chain(long... hashes) {
    return PromptChain.of(64, hashes);
  }

  private static List<Endpoint> endpoints(int count) {
    EndpointStore store = new EndpointStore(() -> 0L);
    List<EndpointSpec> specs = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      specs.add(spec("pod-" + i, i));
    }
    store.replace(specs);
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      endpoints.add(store.snapshot().get(i));
    }
    return endpoints;
  }

  private static EndpointSpec spec(String name, int host) {
    return new EndpointSpec(
        new EndpointId("default", name), name, "10.0.0." + host, 8000, 8000, Map.of());
  }
}
