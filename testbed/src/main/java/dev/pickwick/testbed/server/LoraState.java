package dev.pickwick.testbed.server;

import java.util.Collection;
import java.util.List;

/** Which adapters run and which wait, each list in alphabetical order. */
public record LoraState(List<String> running, List<String> waiting) {

  public LoraState {
    running = running.stream().sorted().toList();
    waiting = waiting.stream().sorted().toList();
  }

  LoraState(Collection<String> running, Collection<String> waiting) {
    this(List.copyOf(running), List.copyOf(waiting));
  }
}
