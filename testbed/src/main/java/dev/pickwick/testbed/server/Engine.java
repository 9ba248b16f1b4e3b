package dev.pickwick.testbed.server;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The simulated inference engine: a queue in front of slots. All state is under its own lock. */
final class Engine {

  /** Is told how a job goes on; called under the engine's lock, so it must not block. */
  interface Listener {

    /** That many more tokens are there. */
    void tokens(int count);

    /** All tokens are there. */
    void finished();
  }

  /**
   * One request to compute.
   *
   * @param adapter name of the LoRA adapter, empty for the base model
   * @param outputTokens length of the answer, above 0
   * @param maxTokens limit the client set, 0 for none
   * @param tokenByToken whether every single token is told
   */
  record Work(
      PromptBlocks prompt, String adapter, int outputTokens, int maxTokens, boolean tokenByToken) {}

  /** What became of a request at the door. */
  sealed interface Admission {
    record Accepted(Job job) implements Admission {}

    /** Slots and queue are full. */
    record QueueFull() implements Admission {}

    /** The request needs more KV blocks than there are. */
    record TooLarge() implements Admission {}
  }

  /** A request that was accepted; its fields belong to the engine's lock. */
  static final class Job {
    private final Work work;
    private final Listener listener;
    private final SplittableRandom random;
    private final long arrived;
    private long started;
    private long firstToken;
    private long lastToken;
    private int produced;
    private volatile int cachedTokens;
    private KvCache.@Nullable Held held;
    private boolean over;

    private Job(Work work, Listener listener, SplittableRandom random, long arrived) {
      this.work = work;
      this.listener = listener;
      this.random = random;
      this.arrived = arrived;
    }

    /** Prompt tokens that were found in the cache; known once the first token is there. */
    int cachedTokens() {
      return cachedTokens;
    }
  }

  private static final long STEP_NANOS = 5_000_000;

  private final ModelServerOptions options;
  private final Timeline timeline;
  private final KvCache cache;
  private final EngineCounters counters = new EngineCounters();
  private final List<Job> waiting = new ArrayList<>();
  private final Set<Job> running = new LinkedHashSet<>();
  private final Map<LoraState, Long> loraHistory = new LinkedHashMap<>();
  private final Set<String> loaded = new LinkedHashSet<>();

  Engine(ModelServerOptions options, Timeline timeline) {
    this.options = options;
    this.timeline = timeline;
    this.cache = new KvCache(options.blocks());
    noteLoras();
  }

  /** Takes a request on, or says why not. */
  synchronized Admission submit(Work work, Listener listener) {
    if (!cache.canHold(blocks(work))) {
      return new Admission.TooLarge();
    }
    var random = new SplittableRandom(options.seed() ^ work.prompt().seed());
    var job = new Job(work, listener, random, timeline.nanoTime());
    waiting.add(job);
    dispatch();
    if (waiting.size() > options.queueLimit() && waiting.remove(job)) {
      return new Admission.QueueFull();
    }
    counters.promptTokens += work.prompt().tokens();
    noteLoras();
    return new Admission.Accepted(job);
  }

  /** Gives a request up whose client has gone. */
  synchronized void cancel(Job job) {
    if (job.over) {
      return;
    }
    job.over = true;
    counters.finished.merge("abort", 1L, Long::sum);
    waiting.remove(job);
    free(job);
    dispatch();
    noteLoras();
  }

  synchronized EngineState state() {
    return new EngineState(
        running.size(),
        waiting.size(),
        cache.usage(),
        new LinkedHashMap<>(loraHistory),
        counters.copy());
  }

  private void dispatch() {
    while (running.size() < options.slots()) {
      Job job = nextRunnable();
      if (job == null) {
        return;
      }
      start(job);
    }
  }

  /**
   * First in, first out, but a request whose adapter is loaded goes first. A request that finds no
   * KV blocks holds up those behind it.
   */
  private @Nullable Job nextRunnable() {
    Job next = null;
    for (Job job : waiting) {
      if (isLoaded(job.work.adapter())) {
        next = job;
        break;
      }
      if (next == null && canLoad()) {
        next = job;
      }
    }
    if (next == null) {
      return null;
    }
    KvCache.Held held = cache.hold(next.work.prompt().hashes(), blocks(next.work));
    if (held == null) {
      return null;
    }
    next.held = held;
    waiting.remove(next);
    return next;
  }

  private void start(Job job) {
    running.add(job);
    load(job.work.adapter());
    job.started = timeline.nanoTime();
    int hits = job.held == null ? 0 : job.held.hits();
    int promptTokens = job.work.prompt().tokens();
    job.cachedTokens = Math.min(hits * options.blockSize(), promptTokens);
    if (!cache.isOff()) {
      counters.prefixQueries += promptTokens;
      counters.prefixHits += job.cachedTokens;
    }
    counters.queueTime.observe(seconds(job.started - job.arrived));
    counters.promptSize.observe(promptTokens);
    counters.computedTokens.observe(promptTokens - job.cachedTokens);
    counters.iterationTokens.observe(promptTokens - job.cachedTokens + 1);
    double nanos = options.latency().firstTokenNanos(promptTokens, job.cachedTokens);
    timeline.after(delay(job, nanos), () -> step(job, 1));
  }

  private synchronized void step(Job job, int tokens) {
    if (job.over) {
      return;
    }
    long now = timeline.nanoTime();
    if (job.produced == 0) {
      job.firstToken = now;
      counters.firstToken.observe(seconds(now - job.arrived));
      counters.prefillTime.observe(seconds(now - job.started));
    } else {
      counters.interToken.observe(seconds(now - job.lastToken) / tokens, tokens);
    }
    job.lastToken = now;
    job.produced += tokens;
    counters.generatedTokens += tokens;
    job.listener.tokens(tokens);
    int left = job.work.outputTokens() - job.produced;
    if (left == 0) {
      finish(job, now);
      return;
    }
    double interToken = options.latency().interToken().toNanos() * options.slowness();
    int next = job.work.tokenByToken() ? 1 : (int) Math.max(1, STEP_NANOS / (interToken + 1));
    int count = Math.min(left, next);
    double nanos = options.latency().interToken().toNanos() * (double) count;
    timeline.after(delay(job, nanos), () -> step(job, count));
  }

  private void finish(Job job, long now) {
    job.over = true;
    free(job);
    int tokens = job.work.outputTokens();
    boolean cut = job.work.maxTokens() > 0 && tokens >= job.work.maxTokens();
    counters.finished.merge(cut ? "length" : "stop", 1L, Long::sum);
    counters.answerSize.observe(tokens);
    counters.maxTokens.observe(job.work.maxTokens());
    counters.endToEnd.observe(seconds(now - job.arrived));
    counters.inferenceTime.observe(seconds(now - job.started));
    long decode = now - job.firstToken;
    counters.decodeTime.observe(seconds(decode));
    counters.timePerToken.observe(seconds(decode) / tokens);
    job.listener.finished();
    dispatch();
    noteLoras();
  }

  private void free(Job job) {
    running.remove(job);
    if (job.held != null) {
      cache.release(job.held);
      job.held = null;
    }
  }

  private long delay(Job job, double nanos) {
    double mean =
        nanos * options.slowness() * options.latency().underLoad(running.size(), options.slots());
    double spread = options.latency().spread();
    if (spread > 0) {
      mean *= Math.clamp(1 + job.random.nextGaussian() * spread, 0.3, 1.7);
    }
    return (long) mean;
  }

  private boolean isLoaded(String adapter) {
    return adapter.isEmpty() || loaded.contains(adapter);
  }

  private boolean canLoad() {
    return loaded.size() < options.maxLoras() || !runningLoras().containsAll(loaded);
  }

  private void load(String adapter) {
    if (isLoaded(adapter)) {
      return;
    }
    if (loaded.size() >= options.maxLoras()) {
      Set<String> busy = runningLoras();
      for (Iterator<String> each = loaded.iterator(); each.hasNext(); ) {
        if (!busy.contains(each.next())) {
          each.remove();
          break;
        }
      }
    }
    loaded.add(adapter);
  }

  private Set<String> runningLoras() {
    var names = new TreeSet<String>();
    running.forEach(job -> names.add(job.work.adapter()));
    names.remove("");
    return names;
  }

  private void noteLoras() {
    var queued = new TreeSet<String>();
    waiting.forEach(job -> queued.add(job.work.adapter()));
    queued.remove("");
    loraHistory.put(new LoraState(runningLoras(), queued), timeline.unixMillis());
  }

  private int blocks(Work work) {
    int tokens = work.prompt().tokens() + work.outputTokens();
    return (tokens + options.blockSize() - 1) / options.blockSize();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
