package dev.pickwick.epp.stream;

import static dev.pickwick.epp.stream.Gateway.get;
import static dev.pickwick.epp.stream.Gateway.post;
import static dev.pickwick.epp.stream.Gateway.requestBody;
import static dev.pickwick.epp.stream.Gateway.requestTrailers;
import static dev.pickwick.epp.stream.Gateway.responseBody;
import static dev.pickwick.epp.stream.Gateway.responseHeaders;
import static dev.pickwick.epp.stream.Gateway.responseTrailers;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What one gateway will do on one stream: a conversation of random shape that breaks off anywhere,
 * with the test's own account of when a request is in flight.
 */
final class Plan {

  /**
   * One thing done.
   *
   * @param change of the requests in flight once the picker has understood it
   */
  private record Step(Consumer<Caller> act, int change) {}

  private final List<Step> steps = new ArrayList<>();
  private final RandomGenerator random;
  private int next;
  private int inFlight;
  private boolean charged;

  private Plan(RandomGenerator random) {
    this.random = random;
  }

  static Plan random(RandomGenerator random) {
    Plan plan = new Plan(random);
    int fault = random.nextInt(16);
    plan.request();
    plan.response();
    if (fault < plan.steps.size()) {
      plan.breakOff(fault);
    } else {
      plan.end();
    }
    return plan;
  }

  /** Does a random number of the steps that are left. */
  void someSteps(Caller caller) {
    steps(caller, random.nextInt(steps.size() - next + 1));
  }

  void allSteps(Caller caller) {
    steps(caller, steps.size() - next);
  }

  /** 1 while the picker must count a request of this stream as in flight, else 0. */
  int inFlight() {
    return inFlight;
  }

  private void steps(Caller caller, int count) {
    for (int i = 0; i < count; i++) {
      Step step = steps.get(next++);
      step.act().accept(caller);
      inFlight += step.change();
    }
  }

  private void request() {
    if (random.nextInt(8) == 0) {
      charge(get("/v1/models"));
      return;
    }
    say(post("content-type", "application/json"));
    String body = "{\"model\":\"m\",\"prompt\":\"" + "x".repeat(random.nextInt(40_000)) + "\"}";
    int cut = random.nextInt(body.length());
    say(requestBody(body.substring(0, cut), false));
    switch (random.nextInt(4)) {
      case 0 -> charge(requestBody(body.substring(cut), true));
      case 1 -> {
        say(requestBody(body.substring(cut), false));
        charge(requestTrailers());
      }
      case 2 -> {
        say(requestBody(body.substring(cut), false));
        charge(requestTrailers());
        say(requestBody("", true));
      }
      default -> {
        say(requestBody(body.substring(cut), false));
        charge(requestBody("", true));
      }
    }
  }

  private void response() {
    if (random.nextInt(10) == 0) {
      release(responseHeaders(true, "204"));
      return;
    }
    say(responseHeaders("content-type", "text/event-stream"));
    for (int i = random.nextInt(4); i > 0; i--) {
      say(responseBody("y".repeat(random.nextInt(80_000)), false));
    }
    if (random.nextBoolean()) {
      release(responseBody("last", true));
    } else {
      release(responseTrailers());
      say(responseBody("", true));
    }
  }

  /** Nothing happens after that many steps but the end itself. */
  private void breakOff(int after) {
    steps.subList(after, steps.size()).clear();
    charged = steps.stream().mapToInt(Step::change).sum() > 0;
    end();
  }

  private void end() {
    Consumer<Caller> how = random.nextBoolean() ? Caller::halfClose : Caller::cancel;
    steps.add(new Step(how, charged ? -1 : 0));
  }

  private void say(ProcessingRequest message) {
    steps.add(new Step(caller -> caller.send(message), 0));
  }

  private void charge(ProcessingRequest message) {
    charged = true;
    steps.add(new Step(caller -> caller.send(message), 1));
  }

  private void release(ProcessingRequest message) {
    charged = false;
    steps.add(new Step(caller -> caller.send(message), -1));
  }
}
