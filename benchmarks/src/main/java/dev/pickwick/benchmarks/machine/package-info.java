/** The machine under the measurements: other processes, what they use, and limits put on them. */
@NullMarked
package dev.pickwick.benchmarks.machine;

import org.jspecify.annotations.NullMarked;
