/** Pods that show a metrics page and nothing else, in a process of their own. */
@NullMarked
package dev.pickwick.benchmarks.pods;

import org.jspecify.annotations.NullMarked;
