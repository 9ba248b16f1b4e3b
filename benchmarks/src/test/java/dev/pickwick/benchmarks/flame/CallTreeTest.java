package dev.pickwick.benchmarks.flame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallTreeTest {
  @Test
  void add_stacksWithACommonBeginning_shareIt() {
    CallTree tree = CallTree.root("all");
    tree.add(List.of("run", "read"), 30);
    tree.add(List.of("run", "write"), 10);
    tree.add(List.of("run"), 2);

    assertThat(tree.nanos()).isEqualTo(42);
    assertThat(tree.depth()).isEqualTo(2);
    CallTree run = tree.callees().iterator().next();
    assertThat(run.method()).isEqualTo("run");
    assertThat(run.nanos()).isEqualTo(42);
    assertThat(run.callees()).extracting(CallTree::method).containsExactly("read", "write");
    assertThat(run.callees()).extracting(CallTree::nanos).containsExactly(30L, 10L);
  }
}
