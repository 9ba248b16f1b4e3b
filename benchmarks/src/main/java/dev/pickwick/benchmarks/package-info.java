/** Every number we claim, as a command; the demo. */
@NullMarked
package dev.pickwick.benchmarks;

import org.jspecify.annotations.NullMarked;
