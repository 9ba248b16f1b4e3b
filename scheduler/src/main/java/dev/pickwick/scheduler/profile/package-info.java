/** Which profile decides about a request. */
@NullMarked
package dev.pickwick.scheduler.profile;

import org.jspecify.annotations.NullMarked;
