/** Pickers that do next to nothing on the real transport: what a picker cannot be cheaper than. */
@NullMarked
package dev.pickwick.benchmarks.floor;

import org.jspecify.annotations.NullMarked;
