package dev.pickwick.benchmarks.command;

import dev.pickwick.benchmarks.machine.Checkout;
import dev.pickwick.benchmarks.machine.Machine;
import dev.pickwick.benchmarks.result.Figure;
import dev.pickwick.benchmarks.result.Gate;
import dev.pickwick.benchmarks.result.Result;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Results of here and now. */
public final class Results {

  private Results() {}

  /** A result that has just been measured on this machine, of the sources checked out here. */
  public static Result now(
      String bench,
      Map<String, String> settings,
      List<Figure> figures,
      List<Gate> gates,
      List<String> remarks)
      throws InterruptedException {
    return new Result(
        bench,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Checkout.commit(),
        Machine.here(),
        settings,
        figures,
        gates,
        remarks);
  }
}
