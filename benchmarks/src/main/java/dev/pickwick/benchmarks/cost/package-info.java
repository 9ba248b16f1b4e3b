/** What a request costs the picker, beside a floor that runs in turn with it. */
@NullMarked
package dev.pickwick.benchmarks.cost;

import org.jspecify.annotations.NullMarked;
