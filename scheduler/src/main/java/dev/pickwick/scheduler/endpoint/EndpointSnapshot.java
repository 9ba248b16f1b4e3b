package dev.pickwick.scheduler.endpoint;

import java.util.List;

/** The members of a pool at one moment, in no meaningful order. */
public final class EndpointSnapshot {

  static final EndpointSnapshot EMPTY = new EndpointSnapshot(0, List.of());

  private final Endpoint[] members;
  private final long version;

  EndpointSnapshot(long version, List<Endpoint> members) {
    this.version = version;
    this.members = members.toArray(new Endpoint[0]);
  }

  /** How many members there are. */
  public int size() {
    return members.length;
  }

  /** The member at an index in [0, size). */
  public Endpoint get(int index) {
    return members[index];
  }

  /** Copies the members to the beginning of an array that has room for them. */
  public void copyTo(Endpoint[] target) {
    System.arraycopy(members, 0, target, 0, members.length);
  }

  /** Counts the changes of membership since the store was made; 0 before the first. */
  public long version() {
    return version;
  }
}
