/** How long a picker takes from the start of its process until it is ready. */
@NullMarked
package dev.pickwick.benchmarks.start;

import org.jspecify.annotations.NullMarked;
