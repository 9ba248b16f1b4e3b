package dev.pickwick.epp.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pickwick.epp.stream.BodyBudget.Reservation;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

  private static final int WINDOW = 10;

  private final FakeLoop loop = new FakeLoop();

  /** Near from 700 on. */
  private final BodyBudget budget = new BodyBudget(800, 300, Duration.ofSeconds(10), loop);

  private final BodyBudget.Lane lane = budget.lane(loop, WINDOW);
  private final List<String> calls = new ArrayList<>();

  private Reservation open(String name) {
    return open(name, lane);
  }

  private Reservation open(String name, BodyBudget.Lane where) {
    Named holder = new Named(name);
    Reservation reservation = where.open(holder);
    holder.reservation = reservation;
    return reservation;
  }

  private final class Named implements BodyBudget.Holder {

    private final String name;
    private @Nullable Reservation reservation;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void resume() {
      calls.add("resume " + name);
    }

    @Override
    public void expire() {
      calls.add("expire " + name);
      if (reservation != null) {
        reservation.close();
      }
    }
  }

  @Test
  void mayReceive_farFromTheBound_isTrueForAll() {
    Reservation first = open("first");
    Reservation second = open("second");
    first.grow(300);
    second.grow(300);

    assertThat(first.mayReceive()).isTrue();
    assertThat(second.mayReceive()).isTrue();
    assertThat(budget.used()).isEqualTo(600);
  }

  @Test
  void mayReceive_nearTheBound_isTrueForTheOldestHolderOnly() {
    Reservation early = open("opened first, holds second");
    Reservation oldest = open("holds first");
    oldest.grow(350);
    early.grow(350);

    assertThat(early.mayReceive()).isFalse();
    assertThat(oldest.mayReceive()).isTrue();
    assertThat(open("holds nothing").mayReceive()).isFalse();
  }

  @Test
  void mayReceive_heldBack_countsTheUnreadWindow() {
    open("oldest").grow(700);
    Reservation waiting = open("waiting");

    assertThat(waiting.mayReceive()).isFalse();
    assertThat(waiting.mayReceive()).isFalse();

    assertThat(budget.used()).isEqualTo(700 + WINDOW);
    waiting.close();
    assertThat(budget.used()).isEqualTo(700);
  }

  @Test
  void close_oldest_wakesTheNext() {
    Reservation oldest = open("oldest");
    Reservation next = open("next");
    Reservation last = open("last");
    oldest.grow(100);
    next.grow(400);
    last.grow(400);
    assertThat(next.mayReceive()).isFalse();
    assertThat(last.mayReceive()).isFalse();

    oldest.close();
    loop.run();

    assertThat(calls).containsExactly("resume next");
    assertThat(next.mayReceive()).isTrue();
  }

  @Test
  void close_memoryFreed_wakesAllInTheOrderTheyBegan() {
    Reservation oldest = open("oldest");
    oldest.grow(700);
    Reservation first = open("first");
    Reservation second = open("second");
    assertThat(first.mayReceive()).isFalse();
    assertThat(second.mayReceive()).isFalse();

    oldest.close();
    loop.run();

    assertThat(calls).containsExactly("resume first", "resume second");
    assertThat(budget.used()).isZero();
  }

  @Test
  void close_onAnotherLoop_wakesOnOwnLoopOnly() {
    FakeLoop other = new FakeLoop();
    Reservation elsewhere = open("elsewhere", budget.lane(other, WINDOW));
    Reservation oldest = open("oldest");
    oldest.grow(700);
    assertThat(elsewhere.mayReceive()).isFalse();

    oldest.close();
    loop.run();
    assertThat(calls).isEmpty();
    other.run();

    assertThat(calls).containsExactly("resume elsewhere");
  }

  @Test
  void mayReceive_oldestOnAnotherLoop_isFalse() {
    open("oldest", budget.lane(new FakeLoop(), WINDOW)).grow(600);
    Reservation here = open("here");
    here.grow(200);

    assertThat(here.mayReceive()).isFalse();
  }

  @Test
  void mayReceive_onlyWindowsAreCounted_oneStillProceeds() {
    assertThat(open("has no body to send").mayReceive()).isTrue();
    Reservation oldest = open("oldest");
    oldest.grow(700);
    for (int i = 0; i < 100; i++) {
      assertThat(open("waiting " + i).mayReceive()).isFalse();
    }

    oldest.close();
    loop.run();

    assertThat(calls).isNotEmpty().startsWith("resume waiting 0");
  }

  @Test
  void count_pendingResponses_areHeldAgainstBodies() {
    budget.count(700);
    Reservation first = open("first");
    Reservation second = open("second");
    first.grow(1);
    assertThat(second.mayReceive()).isFalse();

    budget.count(-700);
    loop.run();

    assertThat(calls).containsExactly("resume second");
  }

  @Test
  void expire_heldBackForTenSeconds_isTurnedAway() {
    Reservation oldest = open("oldest");
    oldest.grow(700);
    Reservation waiting = open("waiting");
    assertThat(waiting.mayReceive()).isFalse();

    for (int second = 0; second < 9; second++) {
      loop.advance(Duration.ofSeconds(1));
      oldest.grow(1);
    }
    assertThat(calls).isEmpty();
    loop.advance(Duration.ofSeconds(2));

    assertThat(calls).containsExactly("expire waiting");
  }

  @Test
  void expire_silentSender_isTurnedAway() {
    open("silent").grow(700);

    loop.advance(Duration.ofSeconds(9));
    assertThat(calls).isEmpty();
    loop.advance(Duration.ofSeconds(2));

    assertThat(calls).contains("expire silent");
  }

  @Test
  void expire_silentFarFromTheBound_isLeftAlone() {
    open("silent").grow(600);

    loop.advance(Duration.ofHours(1));

    assertThat(calls).isEmpty();
  }

  @Test
  void expire_silenceBeforeTheBoundWasReached_doesNotCount() {
    Reservation silent = open("silent");
    silent.grow(100);
    loop.advance(Duration.ofMinutes(5));
    Reservation busy = open("busy");

    busy.grow(600);
    loop.advance(Duration.ofSeconds(9));

    assertThat(calls).isEmpty();
  }

  @Test
  void expire_remainderThatFitsBelowTheBound_isTurnedAwayToo() {
    Reservation large = open("large");
    Reservation small = open("small");
    large.grow(650);
    small.grow(50);
    loop.advance(Duration.ofSeconds(5));
    small.progressed();
    large.close();

    loop.advance(Duration.ofSeconds(11));

    assertThat(calls).containsExactly("expire small");
  }

  @Test
  void expire_longAfterTheBoundWasReached_leavesNewcomersAlone() {
    Reservation large = open("large");
    large.grow(700);
    large.close();
    loop.advance(Duration.ofSeconds(30));

    open("newcomer").grow(600);
    loop.advance(Duration.ofMinutes(1));

    assertThat(calls).isEmpty();
  }

  @Test
  void arriving_isCountedUntilItHasArrived() {
    budget.arriving(120);
    assertThat(budget.used()).isEqualTo(120);

    budget.arrived(120);

    assertThat(budget.used()).isZero();
  }

  @Test
  void arriving_nearItsBound_holdsOthersBack() {
    Reservation oldest = open("oldest");
    Reservation later = open("later");
    oldest.begin();
    budget.arriving(263);
    assertThat(oldest.mayReceive()).isTrue();
    assertThat(later.mayReceive()).isFalse();
    assertThat(later.mustStopArriving()).isFalse();

    budget.arrived(263);
    loop.run();

    assertThat(calls).containsExactly("resume later");
  }

  @Test
  void arriving_beyondItsBound_allButTheOldestMustLetGo() {
    Reservation oldest = open("oldest");
    Reservation later = open("later");
    Reservation passedOn = open("passed on");
    oldest.begin();
    later.begin();
    passedOn.close();

    budget.arriving(300);

    assertThat(oldest.mustStopArriving()).isFalse();
    assertThat(later.mustStopArriving()).isTrue();
    assertThat(passedOn.mustStopArriving()).isTrue();
    oldest.close();
    assertThat(later.mustStopArriving()).isFalse();
  }

  @Test
  void arriving_silentBeyondItsBound_isTurnedAway() {
    open("silent").begin();
    budget.arriving(300);

    loop.advance(Duration.ofSeconds(11));

    assertThat(calls).contains("expire silent");
  }

  @Test
  void grow_farBeyondTheBound_allButTheOldestMustLetGo() {
    Reservation oldest = open("oldest");
    Reservation later = open("later");
    oldest.grow(800);
    later.grow(399);
    assertThat(later.mustLetGo()).isFalse();

    later.grow(1);

    assertThat(later.mustLetGo()).isTrue();
    assertThat(oldest.mustLetGo()).isFalse();
  }

  @Test
  void expire_holderThrows_othersHaveTheirTurn() {
    lane.open(
            new BodyBudget.Holder() {
              @Override
              public void resume() {}

              @Override
              public void expire() {
                throw new LinkageError("as asked");
              }
            })
        .grow(700);
    assertThat(open("waiting").mayReceive()).isFalse();

    assertThatThrownBy(() -> loop.advance(Duration.ofSeconds(11))).isInstanceOf(LinkageError.class);
    assertThat(calls).containsExactly("expire waiting");

    assertThat(open("later").mayReceive()).isFalse();
    for (int i = 0; i < 30; i++) {
      try {
        loop.advance(Duration.ofSeconds(1));
      } catch (LinkageError again) {
        assertThat(again).hasMessage("as asked");
      }
    }
    assertThat(calls).contains("expire later");
  }

  @Test
  void close_twice_givesBackOnce() {
    Reservation one = open("one");
    one.grow(100);
    one.close();
    one.close();

    assertThat(budget.used()).isZero();
  }

  @Test
  void bound_zero_isRefused() {
    assertThatThrownBy(() -> new BodyBudget(0, loop))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bound: 0 (expected: >= 1)");
  }

  @Test
  void memoryLimit_isNoMoreThanHeapAndDirectMemory() {
    assertThat(MemoryLimit.bytes()).isBetween(1L << 20, 2 * Runtime.getRuntime().maxMemory());
    assertThat(MemoryLimit.defaultBodyBytes()).isEqualTo(MemoryLimit.bytes() / 4);
    assertThat(MemoryLimit.arrivingBytes()).isEqualTo(PlatformDependent.maxDirectMemory() / 8);
  }
}
