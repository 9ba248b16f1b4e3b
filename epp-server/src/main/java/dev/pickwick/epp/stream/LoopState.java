package dev.pickwick.epp.stream;

import dev.pickwick.scheduler.Pass;
import dev.pickwick.scheduler.prompt.PromptHasher;
import dev.pickwick.scheduler.prompt.PromptHashing;
import java.util.ArrayDeque;

/** What the streams of one event loop share; used on that loop only. */
final class LoopState {

  private static final int MOST_KEPT_HASHERS = 32;

  private final Loop loop;
  private final Pass pass;
  private final BodyBudget.Lane lane;
  private final ArrayDeque<PromptHasher> hashers = new ArrayDeque<>();

  LoopState(Loop loop, Pass pass, BodyBudget.Lane lane) {
    this.loop = loop;
    this.pass = pass;
    this.lane = lane;
  }

  boolean isCurrent() {
    return loop.isCurrent();
  }

  /** Runs the task later. */
  void execute(Runnable task) {
    loop.execute(task);
  }

  /** Scratch space for scheduling. */
  Pass pass() {
    return pass;
  }

  /** The loop's part of the body budget. */
  BodyBudget.Lane lane() {
    return lane;
  }

  /** A reset hasher; give it back when its result was used. */
  PromptHasher lendHasher(PromptHashing hashing) {
    PromptHasher kept = hashers.poll();
    if (kept == null) {
      return new PromptHasher(hashing);
    }
    kept.reset(hashing);
    return kept;
  }

  void takeBack(PromptHasher hasher) {
    if (hashers.size() < MOST_KEPT_HASHERS) {
      hashers.push(hasher);
    }
  }
}
