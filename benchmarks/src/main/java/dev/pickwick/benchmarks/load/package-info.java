/** Measurements through real connections: many streams at once, slices in turn. */
@NullMarked
package dev.pickwick.benchmarks.load;

import org.jspecify.annotations.NullMarked;
