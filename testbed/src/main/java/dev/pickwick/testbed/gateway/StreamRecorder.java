package dev.pickwick.testbed.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Remembers everything that happens on the gateway's ext_proc streams. */
public final class StreamRecorder implements StreamListener {

  private final Map<Long, List<StreamEvent>> streams = new TreeMap<>();

  @Override
  public synchronized void onEvent(long stream, StreamEvent event) {
    streams.computeIfAbsent(stream, _ -> new ArrayList<>()).add(event);
  }

  /** Events of one stream so far. */
  public synchronized List<StreamEvent> stream(long number) {
    return List.copyOf(streams.getOrDefault(number, List.of()));
  }

  /** Events of all streams so far, by their numbers. */
  public synchronized Map<Long, List<StreamEvent>> streams() {
    var copy = new TreeMap<Long, List<StreamEvent>>();
    streams.forEach((number, events) -> copy.put(number, List.copyOf(events)));
    return copy;
  }
}
