package dev.pickwick.benchmarks.suite;

import dev.pickwick.benchmarks.command.Command;
import dev.pickwick.benchmarks.command.Command.Measurement;
import dev.pickwick.testbed.Arguments;
import java.util.List;

/**
 * One measurement of a row.
 *
 * @param name for people
 * @param measurement what is measured
 * @param gated whether a missed gate is a failure of the row; times are not, for machines are noisy
 */
record Step(String name, Measurement measurement, boolean gated) {

  /** A command with options. */
  static Step of(boolean gated, Command command, String... options) {
    Arguments arguments = Arguments.parse(options, command.valued(), command.switches());
    return new Step(
        (command.name() + " " + String.join(" ", List.of(options))).strip(),
        command.preparation().prepare(arguments),
        gated);
  }
}
