package dev.pickwick.epp.kubernetes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the watches have told the operator, while open. */
final class LogLines extends Handler implements AutoCloseable {

  private final Logger logger = Logger.getLogger(PoolWatch.class.getName());
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  LogLines() {
    logger.addHandler(this);
  }

  /** The lines that contain a text. */
  List<String> containing(String part) {
    return lines.stream().filter(line -> line.contains(part)).toList();
  }

  boolean tell(String part) {
    return !containing(part).isEmpty();
  }

  void clear() {
    lines.clear();
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(line.getLevel() + " " + formatter.formatMessage(line));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
