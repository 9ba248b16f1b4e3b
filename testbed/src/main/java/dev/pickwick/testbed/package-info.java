/** A pool of fake model servers and a small gateway that speaks ext_proc. */
@NullMarked
package dev.pickwick.testbed;

import org.jspecify.annotations.NullMarked;
