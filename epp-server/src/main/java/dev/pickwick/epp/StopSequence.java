package dev.pickwick.epp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/**
 * What has been started, and how it is stopped: step by step, and within a step the latest part
 * first. A part that fails to stop does not keep the others from it. Belongs to one thread at a
 * time.
 */
final class StopSequence {
  private static final Logger LOG = System.getLogger(StopSequence.class.getName());

  /** The steps in their order. */
  enum Step {
    /** Whoever asks is told that this picker is going, so that gateways turn to another. */
    ANNOUNCE,
    /** Running requests end, with everything they need still at work. */
    DRAIN,
    /** What feeds the picker ends. */
    RELEASE,
    /** Health and metrics go last, since they are how one sees the rest. */
    WITHDRAW
  }

  /** What stops a part; some take their time and may be interrupted. */
  interface Stop {
    /**
     * Stops it.
     *
     * @param grace how long running requests may take to end
     */
    void stop(Duration grace) throws InterruptedException;
  }

  private final Map<Step, Deque<Stop>> parts = new EnumMap<>(Step.class);

  void add(Step step, Stop part) {
    parts.computeIfAbsent(step, _ -> new ArrayDeque<>()).push(part);
  }

  /** Stops every part once; a second call finds nothing left. */
  void run(Duration grace) {
    for (Step step : Step.values()) {
      Deque<Stop> left = parts.getOrDefault(step, new ArrayDeque<>());
      while (!left.isEmpty()) {
        stop(left.pop(), grace);
      }
    }
  }

  private static void stop(Stop part, Duration grace) {
    try {
      part.stop(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a part of the picker did not stop cleanly", e);
    }
  }
}
