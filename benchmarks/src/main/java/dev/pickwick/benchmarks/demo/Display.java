package dev.pickwick.benchmarks.demo;

import java.io.PrintStream;
import java.util.List;

/** Shows the table: redrawn in place on a terminal, else a plain progress line now and then. */
final class Display {
  private static final int PLAIN_EVERY = 8;

  private final PrintStream out;
  private final boolean terminal;
  private int drawn;
  private int updates;

  Display(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** How long to wait between two updates, in milliseconds. */
  static long intervalMillis() {
    return 250;
  }

  void update(List<String> lines) {
    if (terminal) {
      draw(lines);
    } else if (updates++ % PLAIN_EVERY == 0) {
      out.println(lines.getLast());
    }
  }

  void finish(List<String> lines) {
    if (terminal) {
      draw(lines);
    } else {
      lines.forEach(out::println);
    }
    drawn = 0;
    updates = 0;
  }

  private void draw(List<String> lines) {
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append('A');
    }
    for (String line : lines) {
      text.append("\r\u001b[2K").append(line).append('\n');
    }
    out.print(text);
    out.flush();
    drawn = lines.size();
  }
}
