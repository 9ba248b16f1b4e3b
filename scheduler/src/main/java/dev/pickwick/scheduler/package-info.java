/** The decision: given a request and the endpoints of the pool, where it goes. */
@NullMarked
package dev.pickwick.scheduler;

import org.jspecify.annotations.NullMarked;
