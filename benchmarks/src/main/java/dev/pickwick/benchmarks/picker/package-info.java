/** The real picker in a process of its own, and how one talks to it from outside. */
@NullMarked
package dev.pickwick.benchmarks.picker;

import org.jspecify.annotations.NullMarked;
