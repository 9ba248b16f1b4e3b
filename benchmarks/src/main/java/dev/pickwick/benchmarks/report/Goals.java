package dev.pickwick.benchmarks.report;

import dev.pickwick.benchmarks.report.Goal.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the picker is meant to reach, letter by letter: a the pick, b throughput, c bodies, d
 * garbage, e scraping, f memory, g starting, h quality of routing.
 */
final class Goals {

  private static final String NO_REFERENCE =
      "the reference picker cannot be built here; its published figures are below";
  private static final String NO_SIMULATION = "needs a routing simulation, which is not built yet";

  /** All of them, in their order. */
  static final List<Goal> ALL = all();

  private Goals() {}

  private static List<Goal> all() {
    List<Goal> goals = new ArrayList<>();
    open(
        goals,
        "a1",
        "pick ÷ reference's at 10, 100, 1,000, 10,000 endpoints",
        "≤ 1/8 to 1/20",
        NO_REFERENCE);
    goal(
        goals,
        "a2",
        "pick of 10 · 100 · 1,000 · 10,000 endpoints",
        "≤ 1 · 2 · 10 · 100 µs",
        "pick",
        "pick of 10 endpoints",
        "pick of 100 endpoints",
        "pick of 1,000 endpoints",
        "pick of 10,000 endpoints");
    goal(goals, "a3", "time per further endpoint", "≤ 10 ns", "pick", "time per further endpoint");
    goal(
        goals,
        "a4",
        "pick with a match of 256 blocks, index of a million",
        "≤ 25 µs",
        "pick",
        "pick with a match of 256 blocks");
    goal(
        goals,
        "b1",
        "exchanges a second ÷ no-op, bodies of 1 KB · 4 KB",
        "≥ 0.60",
        "throughput",
        "exchanges a second ÷ no-op at 1 KB",
        "exchanges a second ÷ no-op at 4 KB");
    open(
        goals,
        "b2–b4",
        "throughput, processor time, latency ÷ reference's",
        "≥ 2 · ≤ 1/2 · ≤ 0.7",
        NO_REFERENCE);
    goal(
        goals,
        "b5",
        "p99 at half load ÷ no-op's",
        "≤ 2",
        "throughput",
        "decision p99 at half the rate ÷ no-op");
    open(
        goals,
        "b6",
        "throughput lost with 1,000 pods instead of 10",
        "≤ 15 %",
        "no command measures it yet");
    goal(
        goals,
        "b7",
        "processor time per streamed event",
        "≤ 5 µs (first planned: 10 µs)",
        "events",
        "cpu per streamed event");
    open(goals, "c1", "processor time per body ÷ reference's", "≤ 1/2 to 1/5", NO_REFERENCE);
    goal(
        goals,
        "c2",
        "processor time per request ÷ echo, bodies of 40 KB · 400 KB · 4 MB",
        "≤ 2.0",
        "bodies",
        "cpu per request ÷ echo at 40 KB",
        "cpu per request ÷ echo at 400 KB",
        "cpu per request ÷ echo at 4 MB");
    goal(
        goals,
        "c3",
        "last body byte to decision, 4 MB minus 4 KB",
        "≤ 1 ms",
        "bodies",
        "last byte to decision, 4 MB minus 4 KB");
    goal(
        goals,
        "c4",
        "150 bodies of 220 KB at once, inside 512 MiB",
        "≥ 800 /s (first planned: 400 /s, no limit)",
        "memory",
        "requests a second, bodies at 512 MiB",
        "killed for its memory, bodies at 512 MiB");
    goal(goals, "d1", "garbage per pick", "≤ 64 B", "pick", "garbage per pick");
    goal(
        goals,
        "d2",
        "garbage per request with a body of 4 KB, above no-op",
        "≤ 8 KB",
        "allocation",
        "garbage per request above no-op at 4 KB");
    goal(
        goals,
        "d3",
        "garbage per request with a body of 4 MB",
        "≤ 0.5 MB",
        "allocation",
        "garbage per request at 4 MB");
    goal(
        goals,
        "e1",
        "processor time per scrape of 42 KB",
        "≤ 80 µs",
        "scrape",
        "cpu per 42 KB scrape");
    open(
        goals,
        "e2, e3, e5",
        "1,000 pods, busy and idle; picks meanwhile",
        "≤ 1.2 cores · 0.15 cores · 1.5",
        "`bench scrape --pods 1000` shows the first; the others have no command yet");
    goal(
        goals,
        "f1",
        "peak memory at 256 MiB: 100 pods, a million index entries, 1,000 requests/s of 4 KB",
        "≤ 230 MiB",
        "memory",
        "prefix index entries, index at 256 MiB",
        "peak memory, index at 256 MiB",
        "killed for its memory, index at 256 MiB");
    open(
        goals,
        "f2–f5",
        "memory at 512 MiB with 1,000 pods; per index entry; against the reference; idle",
        "≤ 480 MiB · ≤ 40 B · ≤ 1/3 · ≤ 140 MiB",
        "no command measures these yet");
    goal(
        goals,
        "g1",
        "start to ready, with TLS, an AOT cache, 100 pods",
        "≤ 2.5 s",
        "start",
        "start to ready");
    goal(
        goals,
        "g2",
        "the same at 0.2 processors",
        "≤ 12 s",
        "start",
        "start to ready at 0.2 processors");
    goal(goals, "g3", "processor time to ready", "≤ 2.0 s", "start", "cpu to ready");
    goal(
        goals,
        "g4",
        "p99 of the first 1,000 requests, 100 a second",
        "≤ 100 ms",
        "start",
        "p99 of the first 1,000 requests");
    open(goals, "h1–h7", "quality of routing in simulation", "see the plan", NO_SIMULATION);
    goal(
        goals,
        "–",
        "most ÷ mean requests per endpoint, bursts of 100 · 1,000",
        "even",
        "burst",
        "most ÷ mean at 100 at once",
        "most ÷ mean at 1000 at once");
    return List.copyOf(goals);
  }

  private static void goal(
      List<Goal> goals, String id, String quantity, String wanted, String bench, String... gates) {
    List<Source> sources = Arrays.stream(gates).map(gate -> new Source(bench, gate)).toList();
    goals.add(new Goal(id, quantity, wanted, sources, ""));
  }

  private static void open(
      List<Goal> goals, String id, String quantity, String wanted, String reason) {
    goals.add(new Goal(id, quantity, wanted, List.of(), reason));
  }
}
