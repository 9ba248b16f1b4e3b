package dev.pickwick.benchmarks.floor;

import dev.pickwick.benchmarks.machine.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A floor in a Java machine of its own, as the picker it stands beside has one. */
public final class FloorProgram implements AutoCloseable {

  /** What {@code ./pickwick epp} is started with. */
  public static final List<String> USUAL_OPTIONS = List.of("-XX:+UseSerialGC");

  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on (\\S+)");

  private final Program program;
  private final String target;

  private FloorProgram(Program program, String target) {
    this.program = program;
    this.target = target;
  }

  /**
   * Starts one on a free port and waits until it listens.
   *
   * @param javaOptions of its Java machine: those of the picker it is compared with
   * @throws IOException when it cannot be started; with its last lines
   */
  public static FloorProgram start(FloorKind kind, boolean tls, List<String> javaOptions)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add(kind.name().toLowerCase(Locale.ROOT));
    arguments.add("--port=0");
    if (tls) {
      arguments.add("--tls");
    }
    Program program =
        Program.start(
            "floor", Program.java(javaOptions, FloorMain.class.getName(), arguments), Map.of());
    try {
      program.await(() -> LISTENING.matcher(said(program)).find(), START);
      Matcher listening = LISTENING.matcher(said(program));
      if (!listening.find()) {
        throw new IOException("floor says no longer where it listens:\n" + said(program));
      }
      return new FloorProgram(program, listening.group(1));
    } catch (IOException | InterruptedException | RuntimeException e) {
      program.close();
      throw e;
    }
  }

  /** Where it listens, {@code host:port}. */
  public String target() {
    return target;
  }

  /** Number of its process. */
  public long pid() {
    return program.pid();
  }

  @Override
  public void close() throws IOException {
    program.close();
  }

  private static String said(Program program) {
    try {
      return program.lastLines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
