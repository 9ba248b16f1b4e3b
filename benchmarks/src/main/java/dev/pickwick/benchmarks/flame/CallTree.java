package dev.pickwick.benchmarks.flame;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A method and those it called, with the processor time of all their samples. */
final class CallTree {

  private final String method;
  private final Map<String, CallTree> callees = new HashMap<>();
  private long nanos;

  private CallTree(String method) {
    this.method = method;
  }

  /** A tree without samples. */
  static CallTree root(String name) {
    return new CallTree(name);
  }

  /** Name of class and method, the root's own name at the root. */
  String method() {
    return method;
  }

  /** Processor time of the samples in it or below, in nanoseconds. */
  long nanos() {
    return nanos;
  }

  /** Those it called, by name, so that like stacks of two pictures lie alike. */
  Collection<CallTree> callees() {
    return callees.values().stream().sorted(Comparator.comparing(CallTree::method)).toList();
  }

  /** How many calls the deepest stack below has; 0 without any. */
  int depth() {
    return callees.values().stream().mapToInt(each -> each.depth() + 1).max().orElse(0);
  }

  /**
   * Adds one sample.
   *
   * @param stack outermost call first
   * @param sampleNanos processor time it stands for, in nanoseconds
   */
  void add(List<String> stack, long sampleNanos) {
    CallTree here = this;
    here.nanos += sampleNanos;
    for (String call : stack) {
      here = here.callees.computeIfAbsent(call, CallTree::new);
      here.nanos += sampleNanos;
    }
  }
}
