package dev.pickwick.benchmarks.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A limit that a figure is held against, and how that ended.
 *
 * @param name what is held, as in {@code garbage per pick}
 * @param bound on which side of the limit the figure must lie
 * @param limit itself still within
 * @param unit of limit and measured value; empty for ratios and counts
 * @param measured the value, when there is one
 * @param reason why there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Gate(
    String name,
    Bound bound,
    double limit,
    String unit,
    @Nullable Double measured,
    @Nullable String reason) {

  /** Where a good figure lies. */
  public enum Bound {
    AT_MOST,
    AT_LEAST
  }

  /** How a gate ended. */
  public enum Verdict {
    MET,
    MISSED,
    NOT_MEASURED
  }

  public Gate {
    if ((measured == null) == (reason == null)) {
      throw new IllegalArgumentException(name + ": either a value or a reason why there is none");
    }
  }

  /** A gate for a value that must not exceed a limit. */
  public static Gate atMost(String name, double limit, String unit, double measured) {
    return new Gate(name, Bound.AT_MOST, limit, unit, measured, null);
  }

  /** A gate for a value that must reach a limit. */
  public static Gate atLeast(String name, double limit, String unit, double measured) {
    return new Gate(name, Bound.AT_LEAST, limit, unit, measured, null);
  }

  /** The same gate where nothing could be measured, which never counts as met. */
  public static Gate notMeasured(
      String name, Bound bound, double limit, String unit, String reason) {
    return new Gate(name, bound, limit, unit, null, reason);
  }

  /** How it ended; a value that is no number misses. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public Verdict verdict() {
    if (measured == null) {
      return Verdict.NOT_MEASURED;
    }
    boolean met = bound == Bound.AT_MOST ? measured <= limit : measured >= limit;
    return met ? Verdict.MET : Verdict.MISSED;
  }
}
