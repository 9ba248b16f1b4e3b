package dev.pickwick.scheduler;

import dev.pickwick.scheduler.spi.Plugin;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A plugin in one of its roles, and whether it is known to be throwing there: only changes are
 * told.
 */
final class Guarded<P extends Plugin> {

  final P plugin;

  private final SchedulerEvents events;
  private final AtomicBoolean failing = new AtomicBoolean();

  Guarded(P plugin, SchedulerEvents events) {
    this.plugin = plugin;
    this.events = events;
  }

  void worked() {
    if (failing.get() && failing.compareAndSet(true, false)) {
      events.pluginRecovered(plugin);
    }
  }

  void failed(Throwable cause) {
    if (failing.compareAndSet(false, true)) {
      events.pluginFailed(plugin, cause);
    }
  }
}
