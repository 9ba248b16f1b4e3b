/** Two pickers in turn, so that a ratio holds when the machine's speed drifts. */
@NullMarked
package dev.pickwick.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
