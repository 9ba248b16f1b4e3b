package dev.pickwick.scheduler.endpoint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * Who is in the pool. Readers take an immutable snapshot with one volatile read; writers, from any
 * thread, replace the whole membership and are serialised.
 */
public final class EndpointStore {

  private final LongSupplier nanos;
  private final TransitTime transit = new TransitTime();
  private final LoadTable table = new LoadTable();
  private final Object changes = new Object();
  private final List<EndpointListener> listeners = new CopyOnWriteArrayList<>();
  private final BitSet numbers = new BitSet();
  private Map<Identity, Endpoint> members = new LinkedHashMap<>();

  /** Those who left with requests in flight, so that they are known when they come back. */
  private final Map<Identity, Endpoint> departed = new LinkedHashMap<>();

  private volatile EndpointSnapshot snapshot = EndpointSnapshot.EMPTY;

  /**
   * An empty store.
   *
   * @param nanos ticker, in nanoseconds, the one all readings of this pool come from
   */
  public EndpointStore(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The members now. */
  public EndpointSnapshot snapshot() {
    return snapshot;
  }

  /**
   * Makes the given endpoints the members, each id once (the last one counts). An endpoint whose
   * id, address and port are those of a member stays the same object; so does one that left with
   * requests in flight and comes back while they run. Listeners have been told when this returns;
   * if some throw, the others have been told all the same when the first fault is thrown on.
   */
  public void replace(Collection<EndpointSpec> wanted) {
    synchronized (changes) {
      forgetIdle();
      Map<EndpointId, EndpointSpec> byId = new LinkedHashMap<>();
      wanted.forEach(spec -> byId.put(spec.id(), spec));

      Map<Identity, Endpoint> before = members;
      Map<Identity, Endpoint> after = LinkedHashMap.newLinkedHashMap(byId.size());
      List<Endpoint> added = new ArrayList<>();
      for (EndpointSpec spec : byId.values()) {
        Identity identity = Identity.of(spec);
        Endpoint endpoint = before.get(identity);
        if (endpoint == null) {
          endpoint = join(identity, spec);
          added.add(endpoint);
        } else {
          endpoint.updated(spec);
        }
        after.put(identity, endpoint);
      }
      List<Endpoint> removed = new ArrayList<>();
      before.forEach(
          (identity, endpoint) -> {
            if (!after.containsKey(identity)) {
              departed.put(identity, endpoint);
              removed.add(endpoint);
            }
          });
      if (added.isEmpty() && removed.isEmpty()) {
        return;
      }
      members = after;
      snapshot = new EndpointSnapshot(snapshot.version() + 1, after.values(), table.blocks());
      tell(removed, added);
    }
  }

  /** Tells a listener about all changes to come, after it has been told who is a member now. */
  public EndpointSubscription onChange(EndpointListener listener) {
    synchronized (changes) {
      members.values().forEach(listener::added);
      listeners.add(listener);
    }
    return () -> listeners.remove(listener);
  }

  /** Requests in flight over all endpoints, those of departed ones included. */
  public int inFlight() {
    synchronized (changes) {
      int sum = 0;
      for (Endpoint endpoint : members.values()) {
        sum += endpoint.inFlight();
      }
      for (Endpoint endpoint : departed.values()) {
        sum += endpoint.inFlight();
      }
      return sum;
    }
  }

  @SuppressWarnings("ReferenceEquality") // a fault thrown twice cannot suppress itself
  private void tell(List<Endpoint> removed, List<Endpoint> added) {
    List<Throwable> faults = new ArrayList<>();
    for (EndpointListener listener : listeners) {
      removed.forEach(endpoint -> attempt(() -> listener.removed(endpoint), faults));
      added.forEach(endpoint -> attempt(() -> listener.added(endpoint), faults));
    }
    if (faults.isEmpty()) {
      return;
    }
    Throwable first = faults.removeFirst();
    faults.stream().filter(fault -> fault != first).forEach(first::addSuppressed);
    switch (first) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException(first);
    }
  }

  private static void attempt(Runnable call, List<Throwable> faults) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      faults.add(e);
    }
  }

  private Endpoint join(Identity identity, EndpointSpec spec) {
    Endpoint back = departed.remove(identity);
    if (back != null) {
      back.returned(spec, nanos.getAsLong());
      return back;
    }
    int number = numbers.nextClearBit(0);
    numbers.set(number);
    return new Endpoint(spec, number, table, transit, nanos.getAsLong());
  }

  private void forgetIdle() {
    departed
        .values()
        .removeIf(
            endpoint -> {
              boolean retired = endpoint.retire();
              if (retired) {
                numbers.clear(endpoint.number());
              }
              return retired;
            });
  }

  /** What makes an endpoint the same one: another address is another endpoint. */
  private record Identity(EndpointId id, String address, int port) {

    static Identity of(EndpointSpec spec) {
      return new Identity(spec.id(), spec.address(), spec.port());
    }
  }
}
