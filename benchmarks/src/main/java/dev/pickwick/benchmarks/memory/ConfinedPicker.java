package dev.pickwick.benchmarks.memory;

import dev.pickwick.benchmarks.machine.ControlGroup;
import dev.pickwick.benchmarks.machine.ControlGroup.Creation;
import dev.pickwick.benchmarks.machine.ProcessUsage;
import dev.pickwick.benchmarks.picker.Picker;
import dev.pickwick.benchmarks.picker.PickerSetup;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A picker that must not take more memory than a limit: the kernel kills it when it does, or, where
 * no control group can be created, we do as soon as a look at it every 50 ms says so.
 */
final class ConfinedPicker implements AutoCloseable {

  private static final long LOOK_MILLIS = 50;

  private final Picker picker;
  private final @Nullable ControlGroup group;
  private final String how;
  private final long limitBytes;
  private final Thread watch;
  private volatile long peakBytes;
  private volatile boolean killedByUs;
  private volatile boolean closed;

  private ConfinedPicker(Picker picker, @Nullable ControlGroup group, String how, long limitBytes) {
    this.picker = picker;
    this.group = group;
    this.how = how;
    this.limitBytes = limitBytes;
    this.watch = Thread.ofPlatform().daemon().name("memory-watch").unstarted(this::look);
  }

  /**
   * Starts it.
   *
   * @param creation what came of the wish for a group with this limit
   */
  static ConfinedPicker start(PickerSetup setup, long limitBytes, Creation creation)
      throws IOException {
    ConfinedPicker confined =
        switch (creation) {
          case Creation.Created(ControlGroup group) ->
              new ConfinedPicker(
                  Picker.start(setup.in(group)), group, "a control group", limitBytes);
          case Creation.Refused(String reason) ->
              new ConfinedPicker(
                  Picker.start(setup),
                  null,
                  "resident memory looked at every 50 ms (" + reason + ")",
                  limitBytes);
        };
    confined.watch.start();
    return confined;
  }

  Picker picker() {
    return picker;
  }

  /** What imposes the limit. */
  String how() {
    return how;
  }

  /** Most resident memory it has had, as far as it was seen, in bytes. */
  long peakResidentBytes() {
    return peakBytes;
  }

  /** Most that was counted against the limit, page cache included, in bytes. */
  OptionalLong peakCountedBytes() {
    return group == null ? OptionalLong.empty() : group.peakBytes();
  }

  /** Whether it was killed for going beyond the limit. */
  boolean isKilled() {
    return killedByUs || (group != null && group.kills() > 0);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    picker.close();
    if (group != null) {
      group.close();
    }
  }

  private void look() {
    try {
      while (!closed && picker.program().isAlive()) {
        ProcessUsage usage = picker.program().usage();
        peakBytes = Math.max(peakBytes, usage.peakResidentBytes());
        if (group == null && usage.residentBytes() > limitBytes) {
          killedByUs = true;
          ProcessHandle.of(picker.program().pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (IOException e) {
      return; // it has ended between two looks
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
