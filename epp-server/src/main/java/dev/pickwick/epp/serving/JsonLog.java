package dev.pickwick.epp.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * One JSON object per log line on standard error, with the reference's keys: {@code level}, {@code
 * ts} (seconds since 1970 with fraction), {@code logger}, {@code msg}, and for failures {@code
 * error} and {@code stacktrace}.
 */
public final class JsonLog extends Formatter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEBUG_VERBOSITY = 4;

  /**
   * Loggers are held weakly by the log manager; this one keeps its level only while referred to.
   */
  private static final Logger PINNED = Logger.getLogger("dev.pickwick");

  /**
   * Makes this the format of all log lines of the process.
   *
   * @param verbosity up to 3: informational; 4: debug; above: trace; negative: errors only
   */
  public static void install(int verbosity) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler handler = new ConsoleHandler();
    handler.setFormatter(new JsonLog());
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    PINNED.setLevel(level(verbosity));
  }

  static Level level(int verbosity) {
    if (verbosity < 0) {
      return Level.SEVERE;
    }
    if (verbosity < DEBUG_VERBOSITY) {
      return Level.INFO;
    }
    return verbosity == DEBUG_VERBOSITY ? Level.FINE : Level.FINER;
  }

  @Override
  public String format(LogRecord record) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("level", levelName(record.getLevel()));
    line.put("ts", BigDecimal.valueOf(record.getInstant().toEpochMilli(), 3));
    line.put("logger", String.valueOf(record.getLoggerName()));
    line.put("msg", formatMessage(record));
    Throwable failure = record.getThrown();
    if (failure != null) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      line.put("error", failure.toString());
      line.put("stacktrace", trace.toString());
    }
    try {
      return JSON.writeValueAsString(line) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts and numbers must be writable", e);
    }
  }

  private static String levelName(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "warn";
    }
    if (level.intValue() >= Level.INFO.intValue()) {
      return "info";
    }
    return level.intValue() >= Level.FINE.intValue() ? "debug" : "trace";
  }
}
