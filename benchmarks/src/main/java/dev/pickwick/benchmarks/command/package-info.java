/** What the measuring commands share: their options, and how a result is shown. */
@NullMarked
package dev.pickwick.benchmarks.command;

import org.jspecify.annotations.NullMarked;
