package dev.pickwick.benchmarks.picker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The classes of a picker as they are after a start, loaded and linked, in a file that later starts
 * map into memory; as {@code docs/operations.md} recommends. Deleted when closed.
 */
public final class AotCache implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A Java machine that has ended its program still writes the file for some seconds. */
  private static final Duration WRITING = Duration.ofMinutes(1);

  private final Path file;

  private AotCache(Path file) {
    this.file = file;
  }

  /** What came of making one. */
  public sealed interface Creation {

    /** It can be used. */
    record Created(AotCache cache) implements Creation {}

    /** It cannot; the reason is for people. */
    record Refused(String reason) implements Creation {}
  }

  /**
   * Starts a picker once to make its cache, which fits that class path and this Java machine.
   *
   * @throws IOException when the picker does not get ready
   */
  public static Creation make(PickerSetup setup) throws IOException, InterruptedException {
    Path file = Files.createTempFile("pickwick", ".aot");
    Files.delete(file);
    String said;
    try (Picker picker = Picker.start(setup.withJavaOption("-XX:AOTCacheOutput=" + file))) {
      picker.awaitReady(PATIENCE);
      said = picker.program().end(WRITING);
    }
    if (!Files.exists(file)) {
      return new Creation.Refused("the Java machine made no AOT cache: " + said);
    }
    return new Creation.Created(new AotCache(file));
  }

  /** The same picker, started from the cache; it fails to start where the cache does not fit. */
  public PickerSetup of(PickerSetup setup) {
    return setup.withJavaOption("-XX:AOTCache=" + file).withJavaOption("-XX:AOTMode=on");
  }

  /** How large the file is, in bytes. */
  public long bytes() throws IOException {
    return Files.size(file);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
