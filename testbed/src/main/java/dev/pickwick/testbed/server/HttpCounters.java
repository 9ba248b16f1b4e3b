package dev.pickwick.testbed.server;

import java.util.Map;
import java.util.TreeMap;

/** What the HTTP front of a Python server counts about itself, by handler. */
final class HttpCounters {

  /**
   * One series.
   *
   * @param status first digit and {@code xx}
   */
  record Key(String handler, String method, String status) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return (handler + ' ' + method + ' ' + status)
          .compareTo(other.handler + ' ' + other.method + ' ' + other.status);
    }
  }

  static final double[] FINE_SECONDS = {
    .01, .025, .05, .075, .1, .25, .5, .75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60
  };
  static final double[] COARSE_SECONDS = {.1, .5, 1};

  final Map<Key, Long> requests = new TreeMap<>();
  final Map<String, Histogram> durations = new TreeMap<>();
  private Histogram fine = new Histogram(FINE_SECONDS);
  private final Map<String, Long> requestBytes = new TreeMap<>();

  HttpCounters() {
    for (String handler : new String[] {"/health", "/v1/chat/completions", "/v1/completions"}) {
      durations.put(handler, new Histogram(COARSE_SECONDS));
      requestBytes.put(handler, 0L);
    }
  }

  synchronized void count(String handler, String method, int status, double seconds, long bytes) {
    requests.merge(new Key(handler, method, status / 100 + "xx"), 1L, Long::sum);
    durations.computeIfAbsent(handler, _ -> new Histogram(COARSE_SECONDS)).observe(seconds);
    requestBytes.merge(handler, bytes, Long::sum);
    fine.observe(seconds);
  }

  synchronized HttpCounters copy() {
    var copy = new HttpCounters();
    copy.requests.putAll(requests);
    durations.forEach((handler, histogram) -> copy.durations.put(handler, histogram.copy()));
    copy.requestBytes.putAll(requestBytes);
    copy.fine = fine.copy();
    return copy;
  }

  Histogram fine() {
    return fine;
  }

  long bytesOf(String handler) {
    return requestBytes.getOrDefault(handler, 0L);
  }
}
