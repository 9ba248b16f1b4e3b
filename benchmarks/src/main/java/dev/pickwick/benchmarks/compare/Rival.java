package dev.pickwick.benchmarks.compare;

import dev.pickwick.benchmarks.machine.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A picker as somebody named it: an address, or a command line that starts one.
 *
 * @param name for messages
 * @param text as it was given
 * @param pid of the process at an address; 0: unknown
 */
record Rival(String name, String text, int pid) {

  private static final Pattern ADDRESS = Pattern.compile("\\S+:\\d{1,5}");

  /** A word, or something in quotes. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  private static final String PORT = "{port}";
  private static final Duration START = Duration.ofSeconds(60);
  private static final int CONNECT_MILLIS = 200;

  static Rival of(String name, String text, int pid) {
    Rival rival = new Rival(name, text, pid);
    if (!rival.isAddress() && !text.contains(PORT)) {
      throw new IllegalArgumentException(
          "--" + name + ": \"" + text + "\" (expected: host:port, or a command with " + PORT + ")");
    }
    if (!rival.isAddress() && pid != 0) {
      throw new IllegalArgumentException(
          "--" + name + "-pid: " + pid + " (expected: with an address only)");
    }
    return rival;
  }

  /**
   * A picker that runs.
   *
   * @param program what was started for it; null when it ran before
   */
  record Running(String target, long pid, @Nullable Program program) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      if (program != null) {
        program.close();
      }
    }
  }

  /**
   * Starts it, unless it runs already, and waits until it listens.
   *
   * @throws IOException when it does not
   */
  Running start() throws IOException, InterruptedException {
    if (isAddress()) {
      return new Running(text, pid, null);
    }
    List<Integer> ports = freePorts();
    Program program = Program.start(name, words(text, ports), Map.of());
    try {
      program.await(() -> listens(ports.getFirst()), START);
      return new Running("127.0.0.1:" + ports.getFirst(), program.pid(), program);
    } catch (IOException | InterruptedException e) {
      program.close();
      throw e;
    }
  }

  /** The words of a command line, with ports put in; quotes hold blanks together. */
  static List<String> words(String line, List<Integer> ports) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      String quoted = word.group(1) != null ? word.group(1) : word.group(2);
      words.add(
          (quoted != null ? quoted : word.group(3))
              .replace(PORT, ports.get(0).toString())
              .replace("{port1}", ports.get(1).toString())
              .replace("{port2}", ports.get(2).toString()));
    }
    return words;
  }

  private boolean isAddress() {
    return ADDRESS.matcher(text).matches();
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket one = new ServerSocket(0, 1, loopback);
        ServerSocket two = new ServerSocket(0, 1, loopback);
        ServerSocket three = new ServerSocket(0, 1, loopback)) {
      return List.of(one.getLocalPort(), two.getLocalPort(), three.getLocalPort());
    }
  }
}
