package dev.pickwick.epp.endpointsfile;

import dev.pickwick.scheduler.endpoint.EndpointStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an {@link EndpointStore} equal to a file of endpoints.
 *
 * <p>The file is looked at twice a second rather than watched by the operating system: that also
 * sees a ConfigMap volume, whose files change by the swap of a symbolic link further up, and
 * network file systems. A change that cannot be used leaves the last good endpoints in place.
 */
public final class EndpointsFile implements AutoCloseable {

  private static final Logger LOG = System.getLogger(EndpointsFile.class.getName());

  private static final Duration PERIOD = Duration.ofMillis(500);

  /** Coarse clocks give two writes within this time the same modification time. */
  private static final Duration CLOCK_TICK = Duration.ofSeconds(2);

  private static final long MAX_BYTES = 3 << 20;

  /** What can be told of a file without reading it. */
  private record Stamp(FileTime modified, long size, @Nullable Object key) {

    boolean isSettled(Instant now) {
      return modified.toInstant().plus(CLOCK_TICK).isBefore(now);
    }
  }

  private final Path file;
  private final int metricsPort;
  private final EndpointStore store;
  private final ScheduledThreadPoolExecutor thread;
  private @Nullable Stamp stamp;
  private String text = "";
  private String complaint = "";

  /**
   * A file that is not yet read.
   *
   * @param metricsPort metrics port of endpoints that name none, in [0, 65535]; 0 means the
   *     endpoint's own port
   */
  public EndpointsFile(Path file, int metricsPort, EndpointStore store) {
    this.file = file;
    this.metricsPort = metricsPort;
    this.store = store;
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("endpoints-file").factory(), new DiscardPolicy());
  }

  /**
   * Reads the file, fills the store, and watches from then on.
   *
   * @throws InvalidEndpointsFileException when it cannot be used; it names all that is wrong
   */
  public void start() {
    List<String> problems = look();
    if (!problems.isEmpty()) {
      throw new InvalidEndpointsFileException(file, problems);
    }
    var _ =
        thread.scheduleWithFixedDelay(
            this::check, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Stops watching. The endpoints stay as they are. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** Looks at the file once, and says what is wrong when that has changed. */
  void check() {
    try {
      complain(String.join("; ", look()));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "--endpoints-file " + file + ": a change could not be applied", e);
    }
  }

  private void complain(String problems) {
    if (problems.equals(complaint)) {
      return;
    }
    complaint = problems;
    if (problems.isEmpty()) {
      LOG.log(Level.INFO, "--endpoints-file {0}: in order again", file);
    } else {
      LOG.log(
          Level.WARNING,
          "--endpoints-file {0}: {1}; the {2} endpoints known before stay",
          file,
          problems,
          store.snapshot().size());
    }
  }

  /** Applies the file if it has changed; returns what is wrong with it. */
  private List<String> look() {
    Stamp now;
    String read;
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      now = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      if (now.equals(stamp) && now.isSettled(Instant.now())) {
        return problemsNow();
      }
      if (!attributes.isRegularFile() || attributes.size() > MAX_BYTES) {
        return refuse("no regular file of at most " + MAX_BYTES + " bytes");
      }
      read = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return refuse("no such file");
    } catch (IOException e) {
      return refuse("cannot be read: " + e);
    }
    boolean changed = stamp == null || !read.equals(text);
    stamp = now;
    text = read;
    return changed ? apply(read) : problemsNow();
  }

  private List<String> apply(String read) {
    return switch (EndpointsDocument.read(read, metricsPort)) {
      case EndpointsReading.Valid valid -> {
        store.replace(valid.endpoints());
        LOG.log(Level.INFO, "--endpoints-file {0}: {1} endpoints", file, valid.endpoints().size());
        yield List.of();
      }
      case EndpointsReading.Invalid invalid -> invalid.problems();
    };
  }

  private List<String> problemsNow() {
    return complaint.isEmpty() ? List.of() : List.of(complaint);
  }

  private List<String> refuse(String problem) {
    stamp = null;
    return List.of(problem);
  }
}
