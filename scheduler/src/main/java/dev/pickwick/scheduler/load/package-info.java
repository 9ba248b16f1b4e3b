/** How busy an endpoint is, as a score. */
@NullMarked
package dev.pickwick.scheduler.load;

import org.jspecify.annotations.NullMarked;
