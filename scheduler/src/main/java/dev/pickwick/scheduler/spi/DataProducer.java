package dev.pickwick.scheduler.spi;

import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import dev.pickwick.scheduler.prompt.PromptHashing;

/** Fills a column of the candidates before filters and scorers read it. */
public interface DataProducer extends Plugin {

  /** Fills its columns. Called by several threads at once. If it throws, they stay as they are. */
  void produce(InferenceRequest request, Candidates candidates);

  /**
   * How it wants the prompts of coming requests hashed; asked once per request, so it must be
   * cheap.
   */
  default PromptHashing promptHashing(EndpointSnapshot endpoints) {
    return PromptHashing.NONE;
  }
}
