/** All measurements in a row. */
@NullMarked
package dev.pickwick.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
