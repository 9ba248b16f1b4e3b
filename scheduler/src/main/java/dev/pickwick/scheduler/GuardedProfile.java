package dev.pickwick.scheduler;

import dev.pickwick.scheduler.spi.Filter;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.Scorer;
import java.util.Arrays;

/** An installed profile, each plugin guarded. */
final class GuardedProfile {

  private static final long ONE_BITS = Double.doubleToRawLongBits(1);

  final Profile profile;

  private final Guarded<Filter>[] filters;
  private final Guarded<Scorer>[] scorers;
  private final double[] weights;
  private final Guarded<Picker> picker;

  GuardedProfile(Profile profile, SchedulerEvents events) {
    this.profile = profile;
    filters = GuardedPipeline.guarded(profile.filters(), events);
    scorers =
        GuardedPipeline.guarded(
            profile.scorers().stream().map(WeightedScorer::scorer).toList(), events);
    weights = profile.scorers().stream().mapToDouble(WeightedScorer::weight).toArray();
    picker = new Guarded<>(profile.picker(), events);
  }

  /** Applies the filters in order, until nothing is left. */
  void filter(InferenceRequest request, Candidates candidates) {
    for (Guarded<Filter> filter : filters) {
      if (candidates.size() == 0) {
        return;
      }
      try {
        filter.plugin.filter(request, candidates);
        filter.worked();
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        filter.failed(e);
      }
    }
  }

  /** Adds up the weighted scores; the only place where scores are clamped. */
  void total(InferenceRequest request, Candidates candidates, double[] scores, double[] totals) {
    int size = candidates.size();
    Arrays.fill(totals, 0, size, 0);
    for (int s = 0; s < scorers.length; s++) {
      Guarded<Scorer> scorer = scorers[s];
      Arrays.fill(scores, 0, size, 0);
      try {
        scorer.plugin.score(request, candidates, scores);
        scorer.worked();
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        scorer.failed(e);
        continue;
      }
      clamp(scores, size);
      add(weights[s], scores, totals, size);
    }
  }

  /**
   * Puts the scores into [0, 1], NaN at 0. Nearly all are there already, and their bits tell it by
   * one comparison: taken without sign, those of negative numbers and of NaN are above those of 1.
   */
  private static void clamp(double[] scores, int size) {
    for (int i = 0; i < size; i++) {
      if (Long.compareUnsigned(Double.doubleToRawLongBits(scores[i]), ONE_BITS) > 0) {
        scores[i] = scores[i] > 1 ? 1 : 0;
      }
    }
  }

  private static void add(double weight, double[] scores, double[] totals, int size) {
    for (int i = 0; i < size; i++) {
      totals[i] += weight * scores[i];
    }
  }

  /** Picks by the totals; when the picker fails, the first of the best. */
  int pick(Candidates candidates, double[] totals, int[] chosen) {
    try {
      int count = picker.plugin.pick(candidates, totals, chosen);
      check(candidates, chosen, count);
      picker.worked();
      return count;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      picker.failed(e);
    }
    int best = 0;
    for (int i = 1; i < candidates.size(); i++) {
      if (totals[i] > totals[best]) {
        best = i;
      }
    }
    chosen[0] = best;
    return 1;
  }

  private static void check(Candidates candidates, int[] chosen, int count) {
    int size = candidates.size();
    if (count < 1 || count > size) {
      throw new IllegalStateException("picked: " + count + " (expected: 1 to " + size + ")");
    }
    for (int i = 0; i < count; i++) {
      if (chosen[i] < 0 || chosen[i] >= size) {
        throw new IllegalStateException("index: " + chosen[i] + " (expected: 0 to " + size + ")");
      }
    }
  }
}
