package dev.pickwick.benchmarks.flame;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Stacks that the flight recorder took of Java threads, each after the same stretch of processor
 * time. Threads of the Java machine itself, such as its compilers, are not among them.
 */
final class Samples {

  /** The event the recorder must have been told to take. */
  static final String EVENT = "jdk.CPUTimeSample";

  /** Settings for the recorder: that event and nothing else. */
  static final String SETTINGS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <configuration version="2.0">
        <event name="jdk.CPUTimeSample">
          <setting name="enabled">true</setting>
          <setting name="throttle">2ms</setting>
          <setting name="stackTrace">true</setting>
        </event>
      </configuration>
      """;

  private static final Duration NO_PERIOD = Duration.ZERO;

  private Samples() {}

  /** Takes what was sampled. */
  interface Sink {

    /**
     * One sample.
     *
     * @param thread its name
     * @param stack outermost call first, as class and method
     * @param nanos processor time it stands for, in nanoseconds
     */
    void sample(String thread, List<String> stack, long nanos);
  }

  /**
   * Reads the samples of a recording that were taken between two moments.
   *
   * @throws IOException when it is no recording
   */
  static void read(Path recording, Instant from, Instant to, Sink sink) throws IOException {
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals(EVENT)
            && !event.getStartTime().isBefore(from)
            && !event.getStartTime().isAfter(to)) {
          Duration period =
              event.hasField("samplingPeriod") ? event.getDuration("samplingPeriod") : NO_PERIOD;
          sink.sample(thread(event), stack(event.getStackTrace()), period.toNanos());
        }
      }
    }
  }

  /** Threads that differ only by number are one. */
  private static String thread(RecordedEvent event) {
    RecordedThread thread = event.getThread("eventThread");
    String name = thread == null ? null : thread.getJavaName();
    return name == null ? "unnamed thread" : name.replaceAll("(-\\d+)+$", "");
  }

  @SuppressWarnings("ConstantValue") // a sample that failed has no stack
  private static List<String> stack(RecordedStackTrace trace) {
    if (trace == null) {
      return List.of("(no stack)");
    }
    List<String> calls = new ArrayList<>();
    for (RecordedFrame frame : trace.getFrames()) {
      calls.add(name(frame.getMethod().getType().getName(), frame.getMethod().getName()));
    }
    Collections.reverse(calls);
    return calls;
  }

  /** Without what every run names anew, and without the prefix of shaded packages. */
  private static String name(String type, String method) {
    return type.replace("io.grpc.netty.shaded.", "").replaceAll("\\$\\$Lambda.*", "\\$\\$Lambda")
        + "."
        + method;
  }
}
