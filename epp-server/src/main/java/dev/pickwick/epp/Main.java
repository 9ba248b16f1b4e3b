package dev.pickwick.epp;

import dev.pickwick.epp.config.ConfigResult;
import dev.pickwick.epp.flags.Flags;
import dev.pickwick.epp.flags.FlagsResult;
import dev.pickwick.epp.serving.JsonLog;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * The program: {@code epp [flags]} runs the picker, {@code validate FILE} checks a configuration.
 * Without a command it is {@code epp}, so that a container started with flags alone works.
 */
public final class Main {
  private static final Logger LOG = System.getLogger(Main.class.getName());
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Main() {}

  /** Runs until the process is told to end; exits with 1 when it cannot start, 2 on bad flags. */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("validate")) {
      System.exit(validate(Arrays.copyOfRange(args, 1, args.length), System.out, System.err));
    }
    boolean named = args.length > 0 && args[0].equals("epp");
    int status =
        epp(named ? Arrays.copyOfRange(args, 1, args.length) : args, System.getenv(), System.err);
    if (status != RUNNING) {
      System.exit(status);
    }
  }

  /** No exit status: the picker's threads keep the process alive. */
  static final int RUNNING = -1;

  static int epp(String[] args, Map<String, String> environment, PrintStream err) {
    return switch (Flags.parse(args, environment)) {
      case FlagsResult.Help help -> {
        err.print(help.usage());
        yield OK;
      }
      case FlagsResult.Unusable unusable -> {
        err.println("Error: " + unusable.message());
        err.print(unusable.usage());
        yield USAGE;
      }
      case FlagsResult.Contradiction contradiction -> {
        err.println("Error: " + contradiction.message());
        yield FAILED;
      }
      case FlagsResult.Parsed parsed -> run(parsed);
    };
  }

  private static int run(FlagsResult.Parsed parsed) {
    JsonLog.install(parsed.flags().verbosity());
    parsed.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
    try {
      Components components = Components.start(parsed.flags());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> components.stop(GRACE), "shutdown"));
      return RUNNING;
    } catch (StartFailure e) {
      LOG.log(Level.ERROR, "cannot start: {0}", e.getMessage());
      return FAILED;
    }
  }

  static int validate(String[] args, PrintStream out, PrintStream err) {
    if (args.length != 1 || args[0].startsWith("-")) {
      boolean help = args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"));
      (help ? out : err)
          .println(
              "Usage: validate FILE    checks an EndpointPickerConfig; exit status 0 when it can be"
                  + " used");
      return help ? OK : USAGE;
    }
    String text;
    try {
      text = Files.readString(Path.of(args[0]));
    } catch (IOException e) {
      err.println("failed to load config from a file '" + args[0] + "' - " + e);
      return FAILED;
    }
    return switch (Components.validate(text)) {
      case ConfigResult.Loaded loaded -> {
        loaded.warnings().forEach(warning -> out.println("warning: " + warning));
        out.println(args[0] + ": usable");
        yield OK;
      }
      case ConfigResult.Broken broken -> {
        err.println(broken.text());
        yield FAILED;
      }
    };
  }
}
