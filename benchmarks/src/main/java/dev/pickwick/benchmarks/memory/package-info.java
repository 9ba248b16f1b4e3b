/** How much memory a picker takes under load, inside a limit. */
@NullMarked
package dev.pickwick.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
