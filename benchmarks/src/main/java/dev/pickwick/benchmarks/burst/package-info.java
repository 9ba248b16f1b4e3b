/** How evenly a picker spreads requests that come all at once. */
@NullMarked
package dev.pickwick.benchmarks.burst;

import org.jspecify.annotations.NullMarked;
