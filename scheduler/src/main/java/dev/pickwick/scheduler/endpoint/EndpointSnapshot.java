package dev.pickwick.scheduler.endpoint;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The members of a pool at one moment, in ascending order of their numbers. */
public final class EndpointSnapshot {

  static final EndpointSnapshot EMPTY = new EndpointSnapshot(0, List.of(), new LoadTable.Block[0]);

  private final long version;
  private final Endpoint[] members;
  private final int[] numbers;
  private final Run[] runs;

  EndpointSnapshot(long version, Collection<Endpoint> members, LoadTable.Block[] blocks) {
    this.version = version;
    this.members =
        members.stream().sorted(Comparator.comparingInt(Endpoint::number)).toArray(Endpoint[]::new);
    this.numbers = members.stream().mapToInt(Endpoint::number).sorted().toArray();
    this.runs = runs(numbers, blocks);
  }

  /** How many members there are. */
  public int size() {
    return members.length;
  }

  /** The member at an index in [0, size). */
  public Endpoint get(int index) {
    return members[index];
  }

  /**
   * The {@link Endpoint#number()} of the member at an index in [0, size), without a visit to it.
   */
  public int number(int index) {
    return numbers[index];
  }

  /**
   * Reads what members are judged by into columns with room for them, each number once.
   *
   * @param loads see {@link Endpoint#load()}
   * @param queue requests waiting: scraped ones and those no scrape can have seen, at least 0
   * @param running requests running as scraped, at least 0; negative for a member that has not
   *     answered a scrape yet
   * @param kvUsage fraction of the KV cache in use as scraped, in [0, 1]
   * @return whether all members have answered a scrape
   */
  public boolean readNumbers(long[] loads, int[] queue, int[] running, double[] kvUsage) {
    for (Run run : runs) {
      run.block.copyLoads(run.row, run.count, loads, run.first);
    }
    VarHandle.loadLoadFence();
    for (Run run : runs) {
      run.block.copyScraped(run.row, run.count, queue, running, kvUsage, run.first);
    }
    int signs = 0;
    for (int i = 0; i < members.length; i++) {
      int waiting = queue[i] + Endpoint.unscraped(loads[i]);
      // A sum that overflows is the greatest number, said without a branch.
      queue[i] = (waiting | waiting >> 31) & Integer.MAX_VALUE;
      signs |= running[i];
    }
    return signs >= 0;
  }

  /** Counts the changes of membership since the store was made; 0 before the first. */
  public long version() {
    return version;
  }

  private static Run[] runs(int[] numbers, LoadTable.Block[] blocks) {
    List<Run> runs = new ArrayList<>();
    for (int first = 0, end; first < numbers.length; first = end) {
      int block = LoadTable.blockIndex(numbers[first]);
      end = first + 1;
      while (end < numbers.length
          && numbers[end] == numbers[end - 1] + 1
          && LoadTable.blockIndex(numbers[end]) == block) {
        end++;
      }
      runs.add(new Run(blocks[block], LoadTable.row(numbers[first]), first, end - first));
    }
    return runs.toArray(new Run[0]);
  }

  /**
   * Members whose rows are neighbours in one block of the load table.
   *
   * @param row of the first, in its block
   * @param first index of the first, in the snapshot
   * @param count how many, at least 1
   */
  private record Run(LoadTable.Block block, int row, int first, int count) {}
}
