package dev.pickwick.benchmarks.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** A line for each benchmark that begins; all else JMH has to say is kept, for when it fails. */
final class ProgressFormat implements OutputFormat {

  private final PrintStream progress;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  ProgressFormat(PrintStream progress) {
    this.progress = progress;
  }

  /** What JMH and the benchmarks printed since the last benchmark began. */
  String said() {
    return said.toString(UTF_8);
  }

  /** Class without its package, and method. */
  static String shortName(BenchmarkParams params) {
    String name = params.getBenchmark();
    int method = name.lastIndexOf('.');
    return name.substring(name.lastIndexOf('.', method - 1) + 1);
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    said.reset();
    StringBuilder line = new StringBuilder(shortName(params));
    params
        .getParamsKeys()
        .forEach(name -> line.append(' ').append(name).append('=').append(params.getParam(name)));
    progress.println(line);
  }

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

  @Override
  public void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult data) {}

  @Override
  public void endBenchmark(BenchmarkResult result) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> result) {}

  @Override
  public void print(String text) {
    said.writeBytes(text.getBytes(UTF_8));
  }

  @Override
  public void println(String text) {
    print(text + "\n");
  }

  @Override
  public void verbosePrintln(String text) {
    println(text);
  }

  @Override
  public void write(int b) {
    said.write(b);
  }

  @Override
  public void write(byte[] b) {
    said.writeBytes(b);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
