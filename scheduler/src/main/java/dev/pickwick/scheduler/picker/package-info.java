/** Ways to choose by the totals. */
@NullMarked
package dev.pickwick.scheduler.picker;

import org.jspecify.annotations.NullMarked;
