package dev.pickwick.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Another process that is measured: started here, ended when closed. */
public final class Program implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 20;
  private static final int SHOWN_LINES = 15;

  private final String name;
  private final Process process;
  private final Path log;

  private Program(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program. What it prints goes to a file that is kept for {@link #lastLines}.
   *
   * @param name for messages
   * @param environment added to our own
   * @throws IOException when it cannot be started
   */
  public static Program start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    Path log = Files.createTempFile("pickwick-bench", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new Program(name, builder.start(), log);
  }

  /**
   * The command that runs a class of ours in a Java machine of its own, from the class path we run
   * from.
   *
   * @param options of the Java machine
   */
  public static List<String> java(List<String> options, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.add("-cp");
    command.add(ClassPath.ofThisProgram());
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  /** Its number. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * What it has used so far.
   *
   * @throws IOException when it has ended
   */
  public ProcessUsage usage() throws IOException {
    return ProcessUsage.of(pid());
  }

  /**
   * Waits until it is ready.
   *
   * @param ready asked again and again
   * @throws IOException when it ends or the time is over before; with its last lines
   */
  public void await(BooleanSupplier ready, Duration most) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new IOException(name + " ended with " + process.exitValue() + ":\n" + lastLines());
      }
      if (System.nanoTime() - start > most.toNanos()) {
        throw new IOException(
            name + " is not ready after " + most.toSeconds() + " s:\n" + lastLines());
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** The end of what it has printed. */
  public String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  /**
   * Asks it to end and waits.
   *
   * @return its last lines
   * @throws IOException when it has not ended in time
   */
  public String end(Duration most) throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException(
          name + " has not ended after " + most.toSeconds() + " s:\n" + lastLines());
    }
    return lastLines();
  }

  /** Asks it to end, and ends it after 10 s. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(log);
  }
}
