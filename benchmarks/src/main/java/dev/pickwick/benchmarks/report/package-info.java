/** Turns results into the page that tells how fast the picker is. */
@NullMarked
package dev.pickwick.benchmarks.report;

import org.jspecify.annotations.NullMarked;
