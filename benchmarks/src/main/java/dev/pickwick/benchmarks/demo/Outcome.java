package dev.pickwick.benchmarks.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pickwick.testbed.server.Stats;
import java.util.ArrayList;
import java.util.List;

/**
 * What one replay came to.
 *
 * @param way how endpoints were chosen
 * @param sent requests sent
 * @param answered of these, answered whole
 * @param failed of these, failed
 * @param failures why, the first few
 * @param seconds from the first request to the last answer
 * @param p50 median time to first token, in milliseconds
 * @param p90 its ninth decile
 * @param hits share of prompt tokens found in a cache, 0 to 1
 * @param pods by pod, in order
 */
record Outcome(
    String way,
    int sent,
    int answered,
    int failed,
    List<String> failures,
    double seconds,
    double p50,
    double p90,
    double hits,
    List<Pod> pods) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One pod's part: its share of the requests, 0 to 1, and its times to first token. */
  record Pod(String name, double slowness, int requests, double share, double p50, double p90) {}

  static Outcome of(String way, Pool pool, Tally tally, int sent, double seconds) {
    List<Pod> pods = new ArrayList<>();
    long prompt = 0;
    long cached = 0;
    for (int i = 0; i < pool.size(); i++) {
      Stats stats = pool.server(i).stats();
      prompt += stats.promptTokens();
      cached += stats.cachedTokens();
      pods.add(
          new Pod(
              Pool.name(i),
              pool.server(i).options().slowness(),
              tally.requests(i),
              tally.share(i),
              tally.firstToken(i, 0.5),
              tally.firstToken(i, 0.9)));
    }
    return new Outcome(
        way,
        sent,
        tally.done() - tally.failed(),
        tally.failed(),
        tally.failures(),
        seconds,
        tally.firstToken(0.5),
        tally.firstToken(0.9),
        prompt == 0 ? 0 : (double) cached / prompt,
        pods);
  }

  /** Whether every request was sent and answered whole. */
  boolean isComplete() {
    return failed == 0 && answered == sent;
  }

  /** Share of the slowest pod, 0 to 1. */
  double slowShare() {
    return pods.getLast().share();
  }

  ObjectNode json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("way", way);
    node.put("sent", sent);
    node.put("answered", answered);
    node.put("failed", failed);
    failures.forEach(node.putArray("failures")::add);
    node.put("seconds", rounded(seconds));
    putMillis(node, "ttft_p50_ms", p50);
    putMillis(node, "ttft_p90_ms", p90);
    node.put("prefix_hit_share", rounded(hits));
    ArrayNode list = node.putArray("pods");
    for (Pod pod : pods) {
      ObjectNode each = list.addObject();
      each.put("name", pod.name());
      each.put("slowness", pod.slowness());
      each.put("requests", pod.requests());
      each.put("share", rounded(pod.share()));
      putMillis(each, "ttft_p50_ms", pod.p50());
      putMillis(each, "ttft_p90_ms", pod.p90());
    }
    return node;
  }

  /** JSON knows no {@code NaN}. */
  private static void putMillis(ObjectNode node, String name, double value) {
    if (Double.isNaN(value)) {
      node.putNull(name);
    } else {
      node.put(name, rounded(value));
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
