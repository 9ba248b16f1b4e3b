package dev.pickwick.scraper;

import dev.pickwick.scheduler.endpoint.Endpoint;
import dev.pickwick.scheduler.endpoint.EndpointMetrics;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scraper.http.Fetch;
import dev.pickwick.scraper.http.PageConnection;
import dev.pickwick.scraper.page.AdapterHistory;
import dev.pickwick.scraper.page.Adapters;
import dev.pickwick.scraper.page.EngineMapping;
import dev.pickwick.scraper.page.PageOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one endpoint's numbers fresh: one request in flight, its connection, its pace. Belongs to
 * the loop's thread.
 */
final class EndpointScrape {
  private final ScrapeLoop loop;
  private final Endpoint endpoint;
  private final Pace pace;

  private EndpointSpec spec;
  private EngineMapping engine;
  private AdapterHistory history = new AdapterHistory();
  private NameFilter filter;
  private PageConnection connection;
  private String path;

  private State state = State.NEW;
  private boolean inFlight;
  private boolean filtered;
  private boolean redirected;
  private long begun;
  private long asked;
  private long stalledBefore;

  EndpointScrape(ScrapeLoop loop, Endpoint endpoint, long now) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.pace = loop.pace(endpoint.id().hashCode(), now);
    this.spec = endpoint.spec();
    this.engine = loop.engine(spec);
    this.filter = loop.filter(engine);
    this.connection = loop.connection(spec);
    this.path = loop.path();
  }

  /** Starts what is due and ends what takes too long. */
  void tick(long now) {
    try {
      advance(now);
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  private void advance(long now) {
    if (inFlight) {
      if (isTimeUp(now)) {
        connection.abort("no answer within " + loop.timeoutNanos() / 1_000_000 + " ms");
      }
      return;
    }
    if (pace.interval() > loop.baseNanos() && endpoint.inFlight() > 0) {
      pace.charged(now);
    }
    if (pace.isDue(now)) {
      begin(now);
    }
  }

  private boolean isTimeUp(long now) {
    return taken(now) >= loop.timeoutNanos();
  }

  /** Time since the scrape began; that in which our own thread stood still is not the server's. */
  private long taken(long now) {
    return Math.max(0, now - begun - (loop.stalledNanos(now) - stalledBefore));
  }

  /** Ends it; nothing is published any more. */
  void close() {
    connection.close();
  }

  private void begin(long now) {
    EndpointSpec current = endpoint.spec();
    if (!current.equals(spec)) {
      adopt(current);
    }
    begun = now;
    stalledBefore = loop.stalledNanos(now);
    redirected = false;
    ask(filter.isNext(), now);
  }

  /** Facts may change while the endpoint stays the same. */
  private void adopt(EndpointSpec fresh) {
    if (fresh.metricsPort() != spec.metricsPort() || !fresh.address().equals(spec.address())) {
      connection.close();
      connection = loop.connection(fresh);
    }
    EngineMapping wanted = loop.engine(fresh);
    if (!wanted.equals(engine)) {
      engine = wanted;
      history = new AdapterHistory();
      filter = loop.filter(engine);
    }
    spec = fresh;
  }

  private void ask(boolean byName, long now) {
    inFlight = true;
    filtered = byName;
    asked = now;
    connection.get(byName ? filter.target(path) : path, this::answered);
  }

  private void answered(Fetch fetch) {
    inFlight = false;
    try {
      switch (fetch) {
        case Fetch.Page page -> read(page);
        case Fetch.Redirect redirect -> follow(redirect.target());
        case Fetch.Failed failed -> fetchFailed(failed);
      }
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  /** A fault of ours must not reach the other endpoints. */
  private void broken(RuntimeException fault) {
    if (!inFlight) {
      failed("fault in the scraper: " + fault, 0);
    }
  }

  private void read(Fetch.Page page) {
    PageOutcome outcome =
        loop.page(engine).scan(page.bytes(), page.length(), history, loop.unixSeconds());
    switch (outcome) {
      case PageOutcome.Numbers numbers -> {
        if (!filtered) {
          filter.whole(numbers, page.length());
          succeeded(numbers);
        } else if (filter.filtered(numbers, page.length())) {
          succeeded(numbers);
        } else {
          askWhole();
        }
      }
      case PageOutcome.Unreadable unreadable -> {
        if (filtered) {
          filter.refused();
          askWhole();
        } else {
          failed(unreadable.why(), unreadable.badLines());
        }
      }
    }
  }

  private void follow(String target) {
    if (filtered) {
      filter.refused();
      askWhole();
    } else if (redirected) {
      failed("redirected twice, at last to \"" + target + "\" (not followed)", 0);
    } else {
      redirected = true;
      path = target;
      filter.refused();
      ask(false, loop.now());
    }
  }

  private void fetchFailed(Fetch.Failed failure) {
    if (filtered && failure.stage() != Fetch.Stage.UNREACHED) {
      if (failure.stage() == Fetch.Stage.REFUSED) {
        filter.refused();
      } else {
        filter.silent();
      }
      if (!isTimeUp(loop.now())) {
        askWhole();
        return;
      }
    }
    failed(failure.why(), 0);
  }

  private void askWhole() {
    ask(false, loop.now());
  }

  private void succeeded(PageOutcome.Numbers numbers) {
    long now = loop.now();
    EndpointMetrics before = endpoint.metrics();
    EndpointMetrics merged = merged(before, numbers, now, 0);
    boolean busy = endpoint.inFlight() > 0 || merged.running() > 0 || merged.waiting() > 0;
    boolean active = busy || before.isNever() || isDifferent(before, merged);
    pace.succeeded(begun, now, taken(now), active);
    endpoint.scraped(merged(before, numbers, now, pace.interval()));
    loop.events().scraped(endpoint, true, now - begun, numbers.badLines());
    enter(State.ANSWERING, "");
  }

  private void failed(String why, int badLines) {
    long now = loop.now();
    path = loop.path();
    pace.failed(begun, now);
    endpoint.scrapeFailed();
    loop.events().scraped(endpoint, false, now - begun, badLines);
    enter(State.FAILING, why);
  }

  private void enter(State next, String detail) {
    if (state != next) {
      state = next;
      loop.events().stateChanged(endpoint, next == State.ANSWERING, detail);
    }
  }

  /** What the page does not show stays as it was. */
  private EndpointMetrics merged(
      EndpointMetrics before, PageOutcome.Numbers fresh, long now, long planned) {
    @Nullable Adapters adapters = fresh.adapters();
    return new EndpointMetrics(
        Double.isNaN(fresh.waiting()) ? before.waiting() : (int) fresh.waiting(),
        Double.isNaN(fresh.running()) ? before.running() : (int) fresh.running(),
        Double.isNaN(fresh.kvUsage()) ? before.kvUsage() : fresh.kvUsage(),
        adapters == null ? before.runningAdapters() : adapters.running(),
        adapters == null ? before.waitingAdapters() : adapters.waiting(),
        adapters == null ? before.maxAdapters() : adapters.max(),
        fresh.blockSize() == 0 ? before.blockSizeTokens() : fresh.blockSize(),
        fresh.blockCount() == 0 ? before.blockCount() : fresh.blockCount(),
        asked,
        now,
        planned);
  }

  private static boolean isDifferent(EndpointMetrics a, EndpointMetrics b) {
    return a.waiting() != b.waiting()
        || a.running() != b.running()
        || a.kvUsage() != b.kvUsage()
        || !a.runningAdapters().equals(b.runningAdapters())
        || !a.waitingAdapters().equals(b.waitingAdapters());
  }

  private enum State {
    NEW,
    ANSWERING,
    FAILING
  }
}
