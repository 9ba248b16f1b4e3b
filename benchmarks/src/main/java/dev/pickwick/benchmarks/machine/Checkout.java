package dev.pickwick.benchmarks.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The sources that figures belong to. */
public final class Checkout {

  private static final long GIT_SECONDS = 10;

  private Checkout() {}

  /**
   * The short name of the commit that is checked out in the current directory, with {@code
   * +changes} when files differ from it; {@code unknown} outside a checkout or without git.
   */
  public static String commit() throws InterruptedException {
    String commit = git("rev-parse", "--short", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    // Results and pictures are written while measuring; they do not change what is measured.
    String changes =
        git(
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--",
            ".",
            ":!benchmarks/results",
            ":!docs/performance");
    return changes.isEmpty() ? commit : commit + "+changes";
  }

  /** What git prints, or nothing when it fails. */
  private static String git(String... arguments) throws InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process git =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0 ? text.strip() : "";
    } catch (IOException e) {
      return ""; // no git on this machine
    }
  }
}
