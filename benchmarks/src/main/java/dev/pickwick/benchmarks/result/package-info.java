/** What a measurement says: figures, gates, and the file that keeps them. */
@NullMarked
package dev.pickwick.benchmarks.result;

import org.jspecify.annotations.NullMarked;
