/** The prompt as a chain of block hashes, computed while its bytes arrive. */
@NullMarked
package dev.pickwick.scheduler.prompt;

import org.jspecify.annotations.NullMarked;
