package dev.pickwick.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pickwick.scheduler.endpoint.EndpointSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1:8000                 | a0",
        "10.0.0.1:8001                 | a1",
        "10.0.0.1                      | a0 a1",
        "10.0.0.1:9999                 | ''",
        "10.0.0.1:8000, 10.0.0.2:8000  | a0 b",
        "' 10.0.0.2:8000 '             | b",
        "[fd00::1]:8000                | six",
        "fd00::1:8000                  | six",
        "fd00::1                       | six",
        "[fd00::1]                     | six",
        "FD00::1                       | six",
        "[FD00::1]:8000                | six",
        "fd00:0:0:0:0:0:0:1            | six",
        "fd00:0000::0001:8000          | six",
        "[fd00:0:0:0:0:0:0:1]:8000     | six",
        "fd00::a                       | capitals",
        "FD00:0:0:0:0:0:0:A            | capitals",
        "[fd00::a]:8000                | capitals",
        "[fd00::000A]:9000             | ''",
        "::ffff:10.0.0.2               | b",
        "[::ffff:10.0.0.2]:8000        | b",
        "fd00::1%eth0                  | ''",
        "[fd00::1                      | ''",
        "[fd00::1]8000                 | ''",
        "[fd00::1]]:8000               | ''",
        "[fd00::1]:9000                | ''",
        "fd00::                        | ''",
        "10.0.0.                       | ''",
        "''                            | ''",
        ":                             | ''",
        "[                             | ''",
        "[]                            | ''",
        "]:8000                        | ''",
        "10.0.0.1:8000:8000            | ''",
        "pod-1                         | ''",
      })
  void contains_table(String entries, String expected) {
    TestPool pool = new TestPool(0);
    pool.store()
        .replace(
            List.of(
                TestPool.spec("a0", "10.0.0.1", 8000),
                TestPool.spec("a1", "10.0.0.1", 8001),
                TestPool.spec("b", "10.0.0.2", 8000),
                TestPool.spec("six", "fd00::1", 8000),
                TestPool.spec("capitals", "FD00::A", 8000)));

    Subset subset = Subset.of(List.of(entries.split(",")));

    List<String> allowed = new ArrayList<>();
    EndpointSnapshot snapshot = pool.store().snapshot();
    for (int i = 0; i < snapshot.size(); i++) {
      if (subset.contains(snapshot.get(i))) {
        allowed.add(snapshot.get(i).id().name());
      }
    }
    assertThat(String.join(" ", allowed)).isEqualTo(expected);
  }
}
