/** What single steps cost, measured by JMH. */
@NullMarked
package dev.pickwick.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
