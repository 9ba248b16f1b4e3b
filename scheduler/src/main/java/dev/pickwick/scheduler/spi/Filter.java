package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;

/** Takes away the candidates that must not get a request. */
public interface Filter extends Plugin {

  /**
   * Keeps what may stay, by {@link Candidates#retainIf}. Called by several threads at once. If it
   * throws, the pass goes on with what is left.
   */
  void filter(InferenceRequest request, Candidates candidates);
}
