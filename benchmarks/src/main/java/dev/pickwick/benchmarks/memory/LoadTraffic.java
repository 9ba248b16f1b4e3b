package dev.pickwick.benchmarks.memory;

import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import java.io.IOException;

/** The load client's traffic, over connections of its own each time. */
final class LoadTraffic implements Traffic {

  @Override
  public Outcome send(int port, Wish wish) throws IOException, InterruptedException {
    LoadOptions options =
        LoadOptions.closed("127.0.0.1:" + port, wish.concurrency(), wish.bodyBytes())
            .withRate(wish.rate());
    try (LoadClient client = LoadClient.connect(options)) {
      LoadFigures figures = client.run(wish.duration());
      return new Outcome(figures.perSecond(), figures.failed());
    }
  }
}
