/** ext_proc messages as plain bytes, for what must cost next to nothing itself. */
@NullMarked
package dev.pickwick.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
