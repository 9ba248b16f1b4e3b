/** The endpoints of a pool: a stable identity each, replaceable facts, and counters of our own. */
@NullMarked
package dev.pickwick.scheduler.endpoint;

import org.jspecify.annotations.NullMarked;
