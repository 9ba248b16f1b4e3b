/** A published request trace, and prompts made from it. */
@NullMarked
package dev.pickwick.testbed.trace;

import org.jspecify.annotations.NullMarked;
