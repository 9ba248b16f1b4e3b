package dev.pickwick.epp.flags;

import dev.pickwick.epp.flags.Flag.Effect;
import dev.pickwick.epp.flags.Flag.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads arguments the GNU way, as the reference does: {@code --name value} or {@code --name=value},
 * {@code -v} as the only short form, booleans that never take the next argument, and positional
 * arguments ignored.
 */
final class FlagParser {
  private final String[] args;
  private final FlagValues values = new FlagValues();
  private int next;

  FlagParser(String[] args) {
    this.args = args;
  }

  FlagsResult parse(Map<String, String> environment) {
    try {
      while (next < args.length) {
        String arg = args[next++];
        if (arg.equals("--")) {
          break;
        } else if (arg.equals("--help") || arg.equals("-h")) {
          return new FlagsResult.Help(usage());
        } else if (arg.startsWith("--")) {
          longFlag(arg.substring(2));
        } else if (arg.startsWith("-v")) {
          shortVerbosity(arg.substring(2));
        } else if (arg.startsWith("-") && arg.length() > 1) {
          throw new IllegalArgumentException(
              "unknown shorthand flag: '" + arg.charAt(1) + "' in " + arg);
        }
      }
    } catch (IllegalArgumentException e) {
      return new FlagsResult.Unusable(String.valueOf(e.getMessage()), usage());
    }
    String contradiction = contradiction();
    return contradiction.isEmpty()
        ? new FlagsResult.Parsed(Flags.of(values, environment), warnings())
        : new FlagsResult.Contradiction(contradiction);
  }

  private void longFlag(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    Flag flag = FlagTable.FLAGS.get(name);
    if (flag == null) {
      throw new IllegalArgumentException("unknown flag: --" + name);
    }
    if (equals >= 0) {
      put(flag, text.substring(equals + 1));
    } else if (flag.kind() == Kind.BOOL) {
      put(flag, "true");
    } else {
      put(flag, nextArgument("--" + name));
    }
  }

  private void shortVerbosity(String rest) {
    Flag flag = FlagTable.FLAGS.get("v");
    if (flag != null) {
      String text = rest.startsWith("=") ? rest.substring(1) : rest;
      put(flag, rest.isEmpty() ? nextArgument("-v") : text);
    }
  }

  private String nextArgument(String flag) {
    if (next == args.length) {
      throw new IllegalArgumentException("flag needs an argument: " + flag);
    }
    return args[next++];
  }

  private void put(Flag flag, String text) {
    try {
      values.put(flag, text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "invalid argument \"" + text + "\" for \"--" + flag.name() + "\" flag: " + e.getMessage(),
          e);
    }
  }

  private String contradiction() {
    boolean pool = !values.text("pool-name").isEmpty();
    boolean selector = !values.text("endpoint-selector").isEmpty();
    boolean file = !values.text("endpoints-file").isEmpty();
    if (file && (pool || selector)) {
      return "endpoints-file cannot be combined with pool-name or endpoint-selector";
    }
    if (selector && !pool) {
      return "endpoint-selector is not yet in effect: set pool-name, or endpoints-file to run"
          + " without Kubernetes";
    }
    if (pool == selector && !file) {
      return "either pool-name or endpoint-selector must be set (or endpoints-file, to run without"
          + " Kubernetes)";
    }
    if (!values.text("config-file").isEmpty() && !values.text("config-text").isEmpty()) {
      return "both the \"configText\" and \"configFile\" flags can not be set at the same time";
    }
    String scheme = values.text("model-server-metrics-scheme");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return "unexpected \""
          + scheme
          + "\" value for \"model-server-metrics-scheme\" flag, it can only be set to 'http' or"
          + " 'https'";
    }
    for (String port :
        List.of("grpc-port", "grpc-health-port", "metrics-port", "model-server-metrics-port")) {
      int number = values.integer(port);
      if (number < 0 || number > 65535) {
        return port + ": " + number + " (expected: 0 to 65535)";
      }
    }
    if (values.bytes("max-request-body-bytes") == 0) {
      return "max-request-body-bytes: 0 (expected: > 0)";
    }
    return "";
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (String name : values.names()) {
      Flag flag = FlagTable.FLAGS.get(name);
      if (flag != null && flag.effect() == Effect.NOT_YET) {
        warnings.add("--" + name + " is not yet in effect");
      }
    }
    String group = values.text("pool-group");
    if (!group.equals(FlagTable.POOL_GROUP)) {
      warnings.add(
          "--pool-group "
              + group
              + " is not yet in effect: the InferencePool is read from "
              + FlagTable.POOL_GROUP);
    }
    if (values.isGiven("tracing") && values.bool("tracing")) {
      warnings.add("--tracing is accepted, but spans are not exported yet");
    }
    return warnings;
  }

  private static String usage() {
    StringBuilder text = new StringBuilder("Usage: epp [flags]\n\nFlags:\n");
    for (Flag flag : FlagTable.FLAGS.values()) {
      String head = "  --" + flag.name() + (flag.kind() == Kind.BOOL ? "" : " " + flag.kind().word);
      text.append(head).append(" ".repeat(Math.max(2, 46 - head.length()))).append(flag.help());
      if (flag.effect() == Effect.NOT_YET) {
        text.append(" (not yet in effect)");
      }
      if (!flag.defaultText().isEmpty()) {
        text.append(" (default ").append(flag.defaultText()).append(')');
      }
      text.append('\n');
    }
    return text.append("  --help, -h").append(" ".repeat(34)).append("this page\n").toString();
  }
}
