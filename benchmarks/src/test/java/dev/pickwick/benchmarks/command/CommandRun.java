package dev.pickwick.benchmarks.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pickwick.benchmarks.result.Result;
import dev.pickwick.benchmarks.result.ResultFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A command that has been run.
 *
 * @param status its exit status
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
public record CommandRun(int status, String out, String err) {

  /** Runs it. */
  public static CommandRun of(Command command, String... line) throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        command.run(
            line,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new CommandRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The result it printed with {@code --json}, which must be nothing else. */
  public Result result() throws IOException {
    new ObjectMapper().readTree(out);
    Path file = Files.createTempFile("result", ".json");
    try {
      return ResultFile.read(Files.writeString(file, out));
    } finally {
      Files.delete(file);
    }
  }
}
