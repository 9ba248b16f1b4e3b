/** What a plugin sees and implements: the roles of a pass and the factories that make them. */
@NullMarked
package dev.pickwick.scheduler.spi;

import org.jspecify.annotations.NullMarked;
