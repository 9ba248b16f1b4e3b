package dev.pickwick.scraper.page;

import java.util.Set;

/**
 * The LoRA adapters of one endpoint.
 *
 * @param running names with running requests
 * @param waiting names with waiting requests
 * @param max adapters that fit into one batch; 0 when the engine does not say
 */
public record Adapters(Set<String> running, Set<String> waiting, int max) {
  /** No adapters and no slots. */
  public static final Adapters NONE = new Adapters(Set.of(), Set.of(), 0);

  /** Copies the sets. */
  public Adapters {
    running = Set.copyOf(running);
    waiting = Set.copyOf(waiting);
  }
}
