package dev.pickwick.epp.stream;

import dev.pickwick.epp.parser.RequestParser;
import dev.pickwick.scheduler.Candidates;
import dev.pickwick.scheduler.InferenceRequest;
import dev.pickwick.scheduler.Pipeline;
import dev.pickwick.scheduler.Profile;
import dev.pickwick.scheduler.Scheduler;
import dev.pickwick.scheduler.SchedulerOptions;
import dev.pickwick.scheduler.endpoint.EndpointId;
import dev.pickwick.scheduler.endpoint.EndpointSpec;
import dev.pickwick.scheduler.endpoint.EndpointStore;
import dev.pickwick.scheduler.spi.Filter;
import dev.pickwick.scheduler.spi.Picker;
import dev.pickwick.scheduler.spi.ProfileHandler;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Endpoints {@code pod-1}, {@code pod-2} … at {@code 10.0.0.1:8000}, {@code 10.0.0.2:8000} … */
final class Pool {

  final EndpointStore endpoints;
  final Scheduler scheduler;
  final RequestParser parser;
  private final LongSupplier nanos;

  /** Picks how many, taking the least charged first, ties by order. */
  int picks = 1;

  Pool(int size, LongSupplier nanos) {
    this(size, nanos, new SimpleParser());
  }

  Pool(int size, LongSupplier nanos, RequestParser parser) {
    this.nanos = nanos;
    this.parser = parser;
    endpoints = new EndpointStore(nanos);
    scheduler = new Scheduler(endpoints, SchedulerOptions.DEFAULT, nanos);
    install(List.of());
    resize(size);
  }

  void resize(int size) {
    endpoints.replace(IntStream.rangeClosed(1, size).mapToObj(Pool::spec).toList());
  }

  /** Every request is filtered out from now on. */
  void filterAll() {
    install(List.of((InferenceRequest request, Candidates all) -> all.retainIf(index -> false)));
  }

  /** Services that take bodies of up to 1,000,000 bytes. */
  StreamServices services(BodyBudget budget, StreamEvents events) {
    return services(budget, events, 1_000_000);
  }

  StreamServices services(BodyBudget budget, StreamEvents events, long maxRequestBodyBytes) {
    return new StreamServices(
        endpoints, scheduler, () -> parser, budget, events, maxRequestBodyBytes, nanos);
  }

  private void install(List<Filter> filters) {
    ProfileHandler handler = (request, profiles) -> profiles.getFirst();
    Picker picker =
        (candidates, totals, chosen) -> {
          int best = 0;
          for (int i = 1; i < candidates.size(); i++) {
            best = candidates.inFlight(i) < candidates.inFlight(best) ? i : best;
          }
          int count = 0;
          chosen[count++] = best;
          for (int i = 0; i < candidates.size() && count < picks; i++) {
            if (i != best) {
              chosen[count++] = i;
            }
          }
          return count;
        };
    Profile profile = new Profile("default", filters, List.of(), picker);
    scheduler.install(new Pipeline(handler, List.of(profile), List.of(), List.of()));
  }

  private static EndpointSpec spec(int number) {
    return new EndpointSpec(
        new EndpointId("default", "pod-" + number + "-rank-0"),
        "pod-" + number,
        "10.0.0." + number,
        8000,
        8000,
        Map.of());
  }
}
