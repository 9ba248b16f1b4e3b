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
                TestPool.spec("six", "fd00::1", 8000)));

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
