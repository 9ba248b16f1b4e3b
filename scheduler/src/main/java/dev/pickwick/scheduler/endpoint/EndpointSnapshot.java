package dev.pickwick.scheduler.endpoint;

import java.util.Arrays;
import java.util.List;

/** The members of a pool at one moment, in no meaningful order. */
public final class EndpointSnapshot {

  static final EndpointSnapshot EMPTY = new EndpointSnapshot(0, List.of(), new long[0][]);

  private final long version;
  private final Endpoint[] members;

  /** The load table's block of each member, and where its row begins there. */
  private final long[][] blocks;

  private final int[] blockIndices;
  private final int[] rows;
  private final int[] numbers;

  EndpointSnapshot(long version, List<Endpoint> members, long[][] blocks) {
    this.version = version;
    this.members = members.toArray(new Endpoint[0]);
    this.blocks = blocks;
    this.numbers = members.stream().mapToInt(Endpoint::number).toArray();
    this.blockIndices = Arrays.stream(numbers).map(LoadTable::blockIndex).toArray();
    this.rows = Arrays.stream(numbers).map(LoadTable::row).toArray();
  }

  /** How many members there are. */
  public int size() {
    return members.length;
  }

  /** The member at an index in [0, size). */
  public Endpoint get(int index) {
    return members[index];
  }

  /** Copies the members and their numbers to the beginning of arrays with room for them. */
  public void copyTo(Endpoint[] endpoints, int[] numbers) {
    System.arraycopy(members, 0, endpoints, 0, members.length);
    System.arraycopy(this.numbers, 0, numbers, 0, members.length);
  }

  /**
   * Reads what members are judged by into columns with room for them, each number once.
   *
   * @param loads see {@link Endpoint#load()}
   * @param queue requests waiting: scraped ones and those no scrape can have seen, at least 0
   * @param running requests running as scraped, at least 0
   * @param kvUsage fraction of the KV cache in use as scraped, in [0, 1]; negative for a member
   *     that has not answered a scrape yet
   * @return whether all members have answered a scrape
   */
  public boolean readNumbers(long[] loads, int[] queue, int[] running, double[] kvUsage) {
    // Locals, for after a volatile read the compiler would fetch fields again.
    long[][] blocks = this.blocks;
    int[] blockIndices = this.blockIndices;
    int[] rows = this.rows;
    boolean allAnswered = true;
    for (int i = 0; i < rows.length; i++) {
      long[] cells = blocks[blockIndices[i]];
      int row = rows[i];
      // The load first: a scrape that comes in between is counted twice rather than not at all.
      long load = (long) LoadTable.CELL.getAcquire(cells, row + LoadTable.LOAD);
      long queues = (long) LoadTable.CELL.getOpaque(cells, row + LoadTable.QUEUES);
      long kvBits = (long) LoadTable.CELL.getOpaque(cells, row + LoadTable.KV_USAGE);
      int waiting = LoadTable.waiting(queues) + Endpoint.unscraped(load);
      loads[i] = load;
      queue[i] = waiting < 0 ? Integer.MAX_VALUE : waiting;
      running[i] = LoadTable.running(queues);
      kvUsage[i] = Double.longBitsToDouble(kvBits);
      allAnswered &= kvBits >= 0;
    }
    return allAnswered;
  }

  /** Counts the changes of membership since the store was made; 0 before the first. */
  public long version() {
    return version;
  }
}
