package dev.pickwick.benchmarks.compare;

import java.io.IOException;
import java.time.Duration;

/** Something that can be run slice by slice. */
public interface Runner {

  /** Its name, for people. */
  String name();

  /**
   * Runs one slice.
   *
   * @throws IOException when nothing could be measured; the message says why
   */
  Slice run(Duration length) throws IOException, InterruptedException;
}
