package dev.pickwick.benchmarks.compare;

import dev.pickwick.benchmarks.load.LoadClient;
import dev.pickwick.benchmarks.load.LoadFigures;
import dev.pickwick.benchmarks.load.LoadOptions;
import dev.pickwick.benchmarks.machine.ProcessUsage;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A picker that is compared, with the connections of its load. */
public final class Side implements AutoCloseable, Runner {

  private static final Duration GLIMPSE = Duration.ofMillis(1);
  private static final long PAUSE_MILLIS = 100;

  private final String name;
  private final LoadClient client;
  private final long pid;

  private Side(String name, LoadClient client, long pid) {
    this.name = name;
    this.client = client;
    this.pid = pid;
  }

  /**
   * Connects to a picker.
   *
   * @param name for people
   * @param pid of its process; 0: unknown
   * @throws IOException when it cannot be reached
   */
  public static Side connect(String name, LoadOptions load, long pid)
      throws IOException, InterruptedException {
    return new Side(name, LoadClient.connect(load), pid);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Runs one slice.
   *
   * @throws IOException when an exchange failed, for then the figures mean nothing
   */
  @Override
  public Slice run(Duration length) throws IOException, InterruptedException {
    double before = cpuSeconds();
    LoadFigures figures = client.run(length);
    double used = cpuSeconds() - before;
    if (figures.failed() > 0) {
      throw new IOException(
          name + ": " + figures.failed() + " exchanges failed: " + new TreeMap<>(figures.errors()));
    }
    if (figures.requests() == 0) {
      throw new IOException(name + ": no exchange ended (expected: some)");
    }
    return new Slice(figures, used);
  }

  /**
   * Waits until it answers well: one that listens may still be looking for its endpoints.
   *
   * @throws IOException when it does not in time; with what is wrong
   */
  void awaitGoodAnswers(Duration most) throws IOException, InterruptedException {
    long start = System.nanoTime();
    LoadFigures figures = client.run(GLIMPSE);
    while (figures.failed() > 0) {
      if (System.nanoTime() - start > most.toNanos()) {
        throw new IOException(name + " does not answer well: " + figures.errors());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      figures = client.run(GLIMPSE);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private double cpuSeconds() throws IOException {
    return pid == 0 ? Double.NaN : ProcessUsage.of(pid).cpuSeconds();
  }
}
