package dev.pickwick.benchmarks;

import dev.pickwick.benchmarks.burst.BurstBench;
import dev.pickwick.benchmarks.compare.CompareBench;
import dev.pickwick.benchmarks.cost.AllocationBench;
import dev.pickwick.benchmarks.cost.BodyBench;
import dev.pickwick.benchmarks.cost.EventBench;
import dev.pickwick.benchmarks.cost.ThroughputBench;
import dev.pickwick.benchmarks.demo.Demo;
import dev.pickwick.benchmarks.flame.FlameBench;
import dev.pickwick.benchmarks.floor.FloorMain;
import dev.pickwick.benchmarks.jmh.PickBench;
import dev.pickwick.benchmarks.load.LoadBench;
import dev.pickwick.benchmarks.load.StalledStreams;
import dev.pickwick.benchmarks.memory.MemoryBench;
import dev.pickwick.benchmarks.report.ReportBench;
import dev.pickwick.benchmarks.scrape.ScrapeBench;
import dev.pickwick.benchmarks.start.StartBench;
import dev.pickwick.benchmarks.suite.AllBench;
import java.io.Console;
import java.util.Arrays;

/** Runs what this module has to show: {@code demo} and {@code bench}. */
public final class Main {
  private static final String HELP =
      """
      Usage: demo [options]           the picker at work; demo --help
             bench all --quick|--full everything in a row; bench report makes a page of it
             bench pick [options]     time and garbage of one decision
             bench load [options]     whole exchanges against any picker, many at once
             bench compare [options]  two pickers of any make in turn, and their ratio
             bench floor KIND         a picker that does next to nothing, for comparing with
             bench throughput         exchanges a second at small bodies, beside a floor
             bench bodies             processor time per large body, beside a floor
             bench events             processor time per streamed event, beside a floor
             bench allocation         garbage per request
             bench flame [options]    what processor time is spent on, with a flame graph
             bench stalled [options]  what streams that stop reading cost the others
             bench scrape [options]   what reading the pods' metrics pages costs
             bench start [options]    how long the picker takes to get ready
             bench memory [options]   how much memory it takes under load, inside a limit
             bench burst [options]    how evenly it spreads requests that come at once
             bench jmh [JMH options]  the JMH suite: all benchmarks, or those whose name matches,
                                      as in  bench jmh PickBenchmark -prof gc
      """;

  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) throws Exception {
    String command = args.length == 0 ? "--help" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (command) {
      case "demo" -> System.exit(Demo.run(rest, System.out, System.err, isTerminal()));
      case "bench" -> bench(rest);
      case "--help", "-h" -> System.out.print(HELP);
      default -> {
        System.err.println("unknown command: " + command);
        System.err.print(HELP);
        System.exit(2);
      }
    }
  }

  private static void bench(String[] args) throws Exception {
    String name = args.length == 0 ? "--help" : args[0];
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (name) {
      case "all" -> System.exit(AllBench.run(rest, System.out, System.err));
      case "report" -> System.exit(ReportBench.run(rest, System.out, System.err));
      case "pick" -> System.exit(PickBench.COMMAND.run(rest, System.out, System.err));
      case "flame" -> System.exit(FlameBench.COMMAND.run(rest, System.out, System.err));
      case "load" -> System.exit(LoadBench.COMMAND.run(rest, System.out, System.err));
      case "compare" -> System.exit(CompareBench.COMMAND.run(rest, System.out, System.err));
      case "floor" -> System.exit(FloorMain.run(rest, System.out, System.err));
      case "throughput" -> System.exit(ThroughputBench.COMMAND.run(rest, System.out, System.err));
      case "bodies" -> System.exit(BodyBench.COMMAND.run(rest, System.out, System.err));
      case "events" -> System.exit(EventBench.COMMAND.run(rest, System.out, System.err));
      case "allocation" -> System.exit(AllocationBench.COMMAND.run(rest, System.out, System.err));
      case "stalled" -> System.exit(StalledStreams.run(rest, System.out, System.err));
      case "scrape" -> System.exit(ScrapeBench.COMMAND.run(rest, System.out, System.err));
      case "burst" -> System.exit(BurstBench.COMMAND.run(rest, System.out, System.err));
      case "memory" -> System.exit(MemoryBench.COMMAND.run(rest, System.out, System.err));
      case "start" -> System.exit(StartBench.COMMAND.run(rest, System.out, System.err));
      case "jmh" -> org.openjdk.jmh.Main.main(rest);
      case "--help", "-h" -> System.out.print(HELP);
      default -> {
        System.err.println("unknown measurement: " + name);
        System.err.print(HELP);
        System.exit(2);
      }
    }
  }

  @SuppressWarnings("SystemConsoleNull") // documented to be null where there is no console at all
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
